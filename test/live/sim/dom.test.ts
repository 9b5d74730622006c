import { JSDOM } from "jsdom";
import { expect, test } from "vitest";
import { SimWindow } from "./dom/window.ts";
import { createRandom } from "./random.ts";

/* The DOM of the simulation does what jsdom does, in all that the client asks of it. */

const markup = `<!--[0--><h1 class="a b">one<!--[-->two<!--]--></h1><form id="f" action="?bus:submit=0"><input name="n" value="v"><input type="checkbox" name="c" checked>
<textarea name="t">text</textarea><button name="bus:click" value="1 {&quot;id&quot;:2}">go</button></form><ul><!--[*--><li>1</li><li>2</li><!--]--></ul>
<table><tbody><tr><td>x</td></tr></tbody></table><svg><path d="M0"></path></svg><!--]-->`;

type Window = ReturnType<typeof jsdomWindow>;
const jsdomWindow = () => new JSDOM("<!doctype html><html><head></head><body></body></html>").window;

/** Both windows, each with the markup in its body. */
function both(): [Window, Window] {
  const windows: [Window, Window] = [jsdomWindow(), new SimWindow() as unknown as Window]; // cast: that they are alike is what is tested
  for (const { document } of windows) document.body.innerHTML = markup;
  return windows;
}

/** Says the same of both. */
function same(ask: (window: Window) => unknown): void {
  const [real, small] = both();
  expect(ask(small)).toEqual(ask(real));
}

test("markup is read and written alike, inside tables, templates and SVG too", () => {
  same(({ document }) => document.body.innerHTML);
  same(({ document }) => {
    const template = document.createElement("template");
    template.innerHTML = "<tr><td>1<!--bus:0--></td></tr>";
    document.querySelector("tbody")?.append(document.importNode(template.content, true));
    return document.body.innerHTML;
  });
  same(({ document }) => document.querySelector("path")?.nodeName);
  same(({ document }) => document.querySelector("h1")?.textContent);
});

test.each([
  "h1, li",
  "ul li",
  "body > ul > li",
  "#f",
  ".a.b",
  '[name="bus:click"]:not(:disabled)',
  '[action*="bus:submit="]',
  "input[name^=n]",
  "form input, form textarea",
  "li:first-child",
])("%s finds the same elements", (selector) => {
  same(
    ({ document }) =>
      Array.from(document.querySelectorAll(selector), (element) => element.outerHTML ?? element.nodeName).length,
  );
  same(({ document }) => document.querySelector("button")?.closest(selector)?.nodeName);
});

test("nodes are put in, moved, taken out and joined alike, in any order", () => {
  for (let seed = 0; seed < 40; seed++) {
    same(({ document, Comment, Text }) => {
      const random = createRandom(seed);
      for (let i = 0; i < 30; i++) {
        const all = [...document.querySelectorAll("body *")];
        const [one, other] = [random.pick(all), random.pick(all)];
        const what = random.below(6);
        try {
          if (what === 0) one.append(`t${i}`);
          if (what === 1) one.before(new Comment(`c${i}`), new Text(`x${i}`));
          if (what === 2) other.insertBefore(one, other.firstChild);
          if (what === 3) one.after(other.cloneNode(true));
          if (what === 4 && all.length > 8) one.remove();
          if (what === 5) document.body.normalize();
        } catch {
          // a node that would hold itself is refused by both
        }
      }
      return [document.body.innerHTML, document.body.childNodes.length];
    });
  }
});

test("values, defaults, resets and fields of forms are alike", () => {
  same((window) => {
    const { document } = window;
    const seen: unknown[] = [];
    const form = document.querySelector("form");
    const [text, box] = document.querySelectorAll("input");
    const area = document.querySelector("textarea");
    if (form === null || text === undefined || box === undefined || area === null) return "missing";
    const note = (): void =>
      void seen.push(text.value, text.defaultValue, box.checked, area.value, ...new window.FormData(form));
    note();
    text.value = "typed";
    text.setAttribute("value", "default");
    box.checked = false;
    area.value = "more";
    note();
    form.reset();
    note();
    return seen;
  });
});

test("events pass through capture and bubble, are stopped, prevented and unheard by signals alike", () => {
  same((window) => {
    const { document } = window;
    const seen: string[] = [];
    const stop = new window.AbortController();
    document.addEventListener("click", (event) => void seen.push(`document ${event.defaultPrevented}`), {
      capture: true,
    });
    document.body.addEventListener("click", () => void seen.push("aborted"), { signal: stop.signal });
    document.body.addEventListener("submit", (event) => {
      event.preventDefault();
      seen.push(`submit ${(event as SubmitEvent).submitter?.nodeName}`);
    });
    document.querySelector("form")?.addEventListener("click", () => void seen.push("form"), { once: true });
    stop.abort();
    document.querySelector("button")?.click();
    document.querySelector("button")?.click();
    document.querySelector("li")?.click();
    return seen;
  });
});

test("the focused element is known, and no more once it is gone", () => {
  same(({ document }) => {
    const input = document.querySelector("input");
    input?.focus();
    const during = document.activeElement?.nodeName;
    input?.remove();
    return [during, document.activeElement?.nodeName];
  });
});
