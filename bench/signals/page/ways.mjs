// Three ways to bring the page up to date when its first slider moves: everything anew and the whole page sent; everything anew, and only what
// differs sent; and incrementally.
import { renderToString } from "busbar/html";
import { contentOf, createTemplates, diff, htmlOf, treeOf } from "busbar/patch";
import { computed, effect, signal } from "busbar/signals";
import { encodeValue } from "busbar/wire";
import { makeData, pageView, SECTIONS, sectionView, startOf, turnover } from "./app.mjs";

const ALL = Array.from({ length: SECTIONS }, (_, section) => section);

function callbacks() {
  const count = { calls: 0 };
  const counted =
    (f) =>
    (...args) => {
      count.calls++;
      return f(...args);
    };
  return { count, result: counted(turnover), section: counted(sectionView), page: counted(pageView) };
}

/** Everything anew; `send(page)` makes bytes of it. */
function rerun(send) {
  const data = makeData();
  const controls = ALL.map(startOf);
  const { count, result, section, page } = callbacks();
  const build = () =>
    page(
      ALL.map((at) =>
        section(
          at,
          controls[at],
          data.map((orders) => result(orders, controls[at])),
        ),
      ),
    );
  let last = build();
  return {
    count,
    move(leastPrice) {
      controls[0] = leastPrice;
      last = build();
      return send(last);
    },
    html: () => renderToString(last),
  };
}

const utf8 = new TextEncoder();
const wholePage = () => rerun((page) => utf8.encode(renderToString(page)));

/** What the client has been sent before, and what differs now. */
function differ() {
  const templates = createTemplates();
  let tree;
  return {
    next(page) {
      const before = tree;
      tree = treeOf(page, before);
      if (before !== undefined) return encodeValue(diff(before, tree, templates));
      return encodeValue(contentOf(tree, templates));
    },
    html: () => renderToString(htmlOf(tree)),
  };
}

function diffedPage() {
  const { next } = differ();
  return rerun(next);
}

function incremental() {
  const data = makeData();
  const controls = ALL.map((at) => signal(startOf(at)));
  const { count, result, section, page } = callbacks();
  const sections = ALL.map((at) => {
    const results = data.map((orders) => computed(() => result(orders, controls[at].get())));
    return computed(() =>
      section(
        at,
        controls[at].get(),
        results.map((one) => one.get()),
      ),
    );
  });
  const whole = page(sections); // once: its sections are read where they stand
  const { next, html } = differ();
  let sent;
  effect(() => {
    sent = next(whole);
  });
  return {
    count,
    move(leastPrice) {
      controls[0].set(leastPrice);
      return sent;
    },
    html,
  };
}

export const WAYS = [
  { name: "everything anew, whole page sent", make: wholePage },
  { name: "everything anew, differences sent", make: diffedPage },
  { name: "incremental", make: incremental },
];
