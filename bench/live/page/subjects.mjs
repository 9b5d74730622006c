// How each subject brings the page from what it shows to what it is to show. `prepare(page, frame)` makes ready what would have come from elsewhere (a frame, a text, the
// data) and gives what is timed.
import { rowHtml } from "/live/page/markup.mjs";

const MAKERS = {
  "busbar/live": live,
  morphdom: () => morphing((element, text) => window.morphdom(element, text)),
  idiomorph: () => morphing((element, text) => window.Idiomorph.morph(element, text, { morphStyle: "outerHTML" })),
  udomdiff: lists,
  snabbdom: virtual,
};

/** The subject, ready on the page that is there. */
export function makeSubject(name, rows, adopt) {
  return MAKERS[name](rows, adopt);
}

async function live(_rows, adopt) {
  // the script has joined, or waits for its socket's answer
  if (!window.benchSaidHello) {
    await new Promise((said) => {
      window.benchHello = said;
    });
  }
  window.benchSocket.receive(adopt);
  return { prepare: (_page, frame) => () => window.benchSocket.receive(frame) };
}

function morphing(morph) {
  return {
    prepare({ count, rows }) {
      const text = `<div id="page"><p>${count}</p><table><tbody>${rows.map(rowHtml).join("")}</tbody></table></div>`;
      return () => morph(document.getElementById("page"), text);
    },
  };
}

/** By hand: nodes by their keys, texts set where they have changed, and the list brought into its order by udomdiff. */
function lists() {
  const body = document.querySelector("tbody");
  const counter = document.querySelector("p").firstChild;
  const nodes = new Map(Array.from(body.rows, (row) => [Number(row.cells[0].textContent), row]));
  let shown = [...body.rows];
  const make = ({ id, label, value }) => {
    const row = document.createElement("tr");
    for (const text of [id, label, value]) row.insertCell().textContent = text;
    return row;
  };
  const show = ({ count, rows }) => {
    if (counter.data !== String(count)) counter.data = count;
    const next = rows.map((data) => {
      const row = nodes.get(data.id);
      if (row === undefined) {
        const made = make(data);
        nodes.set(data.id, made);
        return made;
      }
      const texts = [data.id, data.label, data.value];
      for (let at = 0, cell = row.firstChild; at < texts.length; at++, cell = cell.nextSibling) {
        const text = String(texts[at]);
        if (cell.firstChild.data !== text) cell.firstChild.data = text;
      }
      return row;
    });
    shown = window.udomdiff(body, shown, next, (node) => node, null);
  };
  return { prepare: (page) => () => show(page) };
}

function virtual() {
  const { h, init, toVNode } = window.snabbdom;
  const patch = init([]);
  const view = ({ count, rows }) =>
    h("div", [
      h("p", String(count)),
      h("table", [
        h(
          "tbody",
          rows.map(({ id, label, value }) =>
            h("tr", { key: id }, [h("td", String(id)), h("td", label), h("td", String(value))]),
          ),
        ),
      ]),
    ]);
  const element = document.getElementById("page");
  let shown = toVNode(element);
  for (const [at, row] of rowsIn(shown).entries()) row.key = at; // markup has no keys
  const show = (page) => {
    shown = patch(shown, view(page));
  };
  return { prepare: (page) => () => show(page) };
}

function rowsIn(vnode) {
  return vnode.children.find(({ sel }) => sel === "table").children[0].children;
}
