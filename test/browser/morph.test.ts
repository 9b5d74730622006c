import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";

/** Puts content, parsed as the client does, into `main`: what each test calls in the page. */
declare const change: (html: string) => void;
/** What scripts and elements of the page have noted. */
declare const notes: string[];

let browser: Browser;
let page: Page;
let script: string;

beforeAll(async () => {
  const options = { bundle: true, format: "iife", globalName: "busbarMorph", target: "es2022", write: false } as const;
  const entry = fileURLToPath(new URL("../../client/morph/morph.ts", import.meta.url));
  script = (await build({ ...options, entryPoints: [entry] })).outputFiles[0]?.text ?? "";
  script += `
    const notes = [];
    const change = (html) => {
      const { content } = new DOMParser().parseFromString("<template>" + html, "text/html").head.firstChild;
      for (const script of content.querySelectorAll("script")) {
        const copy = document.createElement("script");
        copy.text = script.text;
        script.replaceWith(copy);
      }
      busbarMorph.morph(document.querySelector("main"), content);
    };`;
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage();
  await page.setContent("<!doctype html><main></main>");
  await page.addScriptTag({ content: script });
});

describe("what stays", () => {
  test("a focused field keeps focus, caret and text while it moves, and fires nothing", async () => {
    const seen = await page.evaluate(() => {
      change("<div><input name=q></div><p id=p>1</p>");
      const input = document.querySelector("input");
      if (!input) return;
      input.focus();
      input.value = "typed";
      input.setSelectionRange(1, 3);
      for (const name of ["blur", "focus"]) input.addEventListener(name, () => notes.push(name));
      change("<p id=p>1</p><section><input name=q value=new></section>");
      const isSame = document.querySelector("section input") === document.activeElement;
      return [isSame, input.value, input.selectionStart, input.selectionEnd, ...notes];
    });
    assert.deepEqual(seen, [true, "typed", 1, 3]);
  });

  test("a frame is not loaded again, whether it stays or moves", async () => {
    const loads = await page.evaluate(async () => {
      change(`<p id=a>1</p><iframe id=f srcdoc="hello"></iframe><p id=b>2</p>`);
      const frame = document.querySelector("iframe");
      await new Promise((resolve) => frame?.addEventListener("load", resolve, { once: true }));
      frame?.addEventListener("load", () => notes.push("load"));
      change(`<p id=b>2</p><p id=a>1</p><div><iframe id=f srcdoc="hello"></iframe></div>`);
      change(`<iframe id=f srcdoc="hello"></iframe><p id=a>3</p>`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [document.querySelector("iframe") === frame, ...notes];
    });
    assert.deepEqual(loads, [true]);
  });

  test("an animation goes on while its element moves", async () => {
    const isSame = await page.evaluate(() => {
      change("<p id=a>1</p><p id=b>2</p><p id=c>3</p>");
      const animation = document.getElementById("a")?.animate([{ opacity: 0 }, { opacity: 1 }], 60_000);
      change("<p id=b>2</p><p id=c>3</p><p id=a>1</p>");
      return document.getAnimations()[0] === animation;
    });
    assert.equal(isSame, true);
  });

  test("a scrolled part stays where it is", async () => {
    const top = await page.evaluate(() => {
      const list = (extra: string): string =>
        `<div id=s style="height:50px;overflow:auto">${[...Array(50).keys()].map((n) => `<p id=p${n}>${n}</p>`).join("")}${extra}</div>`;
      change(list(""));
      const box = document.getElementById("s");
      box?.scrollTo(0, 300);
      change(`<p>new</p>${list("<p>more</p>")}`);
      return box?.isConnected && box.scrollTop;
    });
    assert.equal(top, 300);
  });

  test("selected text stays selected where it is unchanged", async () => {
    const text = await page.evaluate(() => {
      change("<p id=a>keep this</p><p id=b>1</p>");
      getSelection()?.selectAllChildren(document.querySelector("#a") ?? document.body);
      change("<h1>new</h1><p id=b>2</p><p id=a class=x>keep this</p>");
      return getSelection()?.toString();
    });
    assert.equal(text, "keep this");
  });

  test("a dialog stays open and modal", async () => {
    const isModal = await page.evaluate(() => {
      change("<dialog id=d>1</dialog>");
      document.querySelector("dialog")?.showModal();
      change("<p>new</p><dialog id=d>2</dialog>");
      return document.querySelector("dialog:modal")?.textContent;
    });
    assert.equal(isModal, "2");
  });
});

test("a field called content stays in its form, whatever else is there", async () => {
  const seen = await page.evaluate(() => {
    change(`<form id=f><p>1</p><input name=content value=1></form>`);
    const input = document.querySelector("input");
    change(`<form id=f><p>2</p><input name=content value=2></form><template>x</template>`);
    return [document.querySelector("input") === input, input?.value];
  });
  assert.deepEqual(seen, [true, "2"]);
});

describe("what runs", () => {
  test("a new or changed script runs once, in document order, and an unchanged one does not", async () => {
    const seen = await page.evaluate(() => {
      change("<div id=a><script>notes.push('one')</script></div><script>notes.push('two')</script>");
      change(
        "<div id=a><script>notes.push('one')</script><b><script>notes.push('three')</script></b></div><script>notes.push('2')</script><p><script>notes.push('four')</script></p>",
      );
      change("<p>gone</p>");
      return notes;
    });
    assert.deepEqual(seen, ["one", "two", "three", "2", "four"]);
  });

  test("a custom element hears of changes only", async () => {
    const seen = await page.evaluate(() => {
      class Watched extends HTMLElement {
        static observedAttributes = ["a", "b"];
        connectedCallback(): void {
          notes.push("in");
        }
        disconnectedCallback(): void {
          notes.push("out");
        }
        attributeChangedCallback(name: string, old: string | null, now: string | null): void {
          notes.push(`${name} ${old} ${now}`);
        }
      }
      customElements.define("x-watched", Watched);
      change("<x-watched id=w a=1 b=1></x-watched><p>1</p>");
      notes.length = 0;
      change("<h1>new</h1><x-watched id=w a=1 b=2 c=3><b>x</b></x-watched><p>2</p>");
      return notes;
    });
    assert.deepEqual(seen, ["b 1 2"]);
  });
});

test("no tree is too deep", async () => {
  const seen = await page.evaluate(() => {
    const deep = (text: string): DocumentFragment => {
      const top = new DocumentFragment();
      let at: Node = top;
      for (let i = 0; i < 10_000; i++) at = at.appendChild(document.createElement("div"));
      at.appendChild(document.createTextNode(text));
      return top;
    };
    const main = document.querySelector("main");
    if (!main) return;
    main.style.display = "none"; // to lay out so deep a tree is another matter
    main.append(deep("old"));
    const first = main.firstChild;
    // cast: what the script above has set
    (globalThis as unknown as { busbarMorph: { morph(o: Element, n: Node): void } }).busbarMorph.morph(
      main,
      deep("new"),
    );
    let at: Node = main;
    while (at.firstChild) at = at.firstChild;
    return [main.firstChild === first, at.nodeValue];
  });
  assert.deepEqual(seen, [true, "new"]);
});
