import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeEach, describe, test } from "vitest";
import { morph } from "../../../client/morph/morph.ts";
import { runs } from "../../helpers/runs.ts";
import { fewestMoves, lasting, treeOf } from "../../oracle/morph.ts";

let host: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = "<main></main>";
  host = get("main");
});

function get<E extends HTMLElement = HTMLElement>(selector: string): E {
  const el = document.querySelector<E>(selector);
  assert.ok(el, selector);
  return el;
}

/** New content as the client parses it: in a document of its own. */
function parse(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(`<template>${html}`, "text/html");
  return (parsed.head.firstChild as HTMLTemplateElement).content; // cast: put there right above
}

/** Shows the first, keeps hold of what the selectors find, and morphs it into the second. */
function change(before: string, after: string, ...selectors: string[]): Element[] {
  host.innerHTML = before;
  const found = selectors.map((selector) => get(selector));
  morph(host, parse(after));
  assert.deepEqual(treeOf(host), treeOf(Object.assign(document.createElement("main"), { innerHTML: after })));
  return found;
}

describe("identity", () => {
  const cases: readonly [name: string, before: string, after: string, old: string, now?: string][] = [
    ["an element with an id stays", "<p id=a>1</p>", "<p id=a class=x>2</p>", "#a"],
    ["an element stays when others come before it", "<p id=a>1</p>", "<h1>0</h1><p>x</p><p id=a>1</p>", "#a"],
    ["an element stays when it goes into another", "<p id=a>1</p><div></div>", "<div><p id=a>2</p></div>", "#a"],
    [
      "an element stays when it goes into something new",
      "<p id=a>1</p>",
      "<section><b>x</b><p id=a>2</p></section>",
      "#a",
    ],
    [
      "an element stays when what was in it is around it",
      "<div id=a><div id=b></div></div>",
      "<div id=b><div id=a></div></div>",
      "#a",
    ],
    ["and so does that", "<div id=a><div id=b></div></div>", "<div id=b><div id=a></div></div>", "#b"],
    [
      "what holds an id is preferred",
      "<div><p id=a></p></div><div></div>",
      "<div>x</div><div><p id=a></p></div>",
      "div:has(#a)",
    ],
    [
      "an element without id stays by tag and order",
      "<h1>a</h1><form><input></form>",
      "<p>new</p><h1>a</h1><form><input class=x></form>",
      "form",
    ],
    [
      "an element without id stays when what was before it leaves",
      "<p>note</p><h1>a</h1><form></form>",
      "<h1>b</h1><form class=x></form>",
      "form",
    ],
    ["a field with a name stays", "<p>a</p><input name=q>", "<div><input name=q class=x></div>", "input"],
    [
      "equal rows stay when one comes before them",
      "<ul><li>1</li><li>2</li></ul>",
      "<ul><li>0</li><li>1</li><li>2</li></ul>",
      "li:nth-child(1)",
      "li:nth-child(2)",
    ],
  ];
  test.each(cases)("%s", (_, before, after, old, now = old) => {
    const [el] = change(before, after, old);
    assert.equal(get(now), el);
  });

  test("an element with another id is another element", () => {
    const [el] = change("<p id=a>1</p>", "<p id=b>1</p>", "p");
    assert.notEqual(get("p"), el);
  });

  test("an element with the same id but another tag is another element", () => {
    const [el] = change("<p id=a>1</p>", "<div id=a>1</div>", "p");
    assert.notEqual(get("#a"), el);
  });

  test("nothing is lost where ids occur twice", () => {
    change("<p id=a>1</p><p id=a>2</p>", "<p id=a>3</p><div><p id=a>4</p></div><p id=a>5</p>");
    change("<p id=a>1</p>", "<p id=a>3</p><p id=a>4</p>");
    change("<p id=a>1</p><div><p id=a>2</p></div>", "<div><p id=a>2</p></div>");
  });
});

describe("states", () => {
  const field = (): HTMLInputElement => get<HTMLInputElement>("input,textarea");

  test("typed text stays where the markup says what it said before", () => {
    host.innerHTML = "<input name=q value=a>";
    field().value = "typed";
    morph(host, parse("<input name=q value=a class=x>"));
    assert.equal(field().value, "typed");
    assert.equal(field().className, "x");
  });

  test.each([
    ["<input name=q value=a>", "<input name=q value=b>"],
    ["<textarea name=q>a</textarea>", "<textarea name=q>b</textarea>"],
  ])("typed text gives way where the markup says something new: %s", (before, after) => {
    host.innerHTML = before;
    field().value = "typed";
    morph(host, parse(after));
    assert.equal(field().value, "b");
    assert.equal(field().defaultValue, "b");
  });

  test.each([
    ["<input name=q value=a>", "<input name=q value=b>"],
    ["<textarea name=q>a</textarea>", "<textarea name=q>b</textarea>"],
  ])("typed text stays in the focused field in any case: %s", (before, after) => {
    host.innerHTML = before;
    const el = field();
    el.focus();
    el.value = "typed";
    el.setSelectionRange(2, 3);
    morph(host, parse(`<p>new</p>${after}`));
    assert.equal(document.activeElement, el);
    assert.deepEqual([el.value, el.defaultValue, el.selectionStart, el.selectionEnd], ["typed", "b", 2, 3]);
  });

  test("checked follows the markup where that changes, else the reader", () => {
    host.innerHTML = "<input name=a type=checkbox><input name=b type=checkbox>";
    const [a, b] = host.querySelectorAll("input");
    assert.ok(a && b);
    a.checked = true;
    b.checked = true;
    b.checked = false;
    morph(host, parse("<input name=a type=checkbox class=x><input name=b type=checkbox checked>"));
    assert.deepEqual([a.checked, b.checked], [true, true]);
    morph(host, parse("<input name=a type=checkbox class=x><input name=b type=checkbox>"));
    assert.deepEqual([a.checked, b.checked], [true, false]);
  });

  test("selected follows the markup where that changes, else the reader", () => {
    const options = (chosen: number): string =>
      `<select name=s>${[1, 2, 3].map((n) => `<option value=${n} ${n === chosen ? "selected" : ""}>${n}</option>`).join("")}</select>`;
    host.innerHTML = options(1);
    const select = get<HTMLSelectElement>("select");
    select.value = "3";
    morph(host, parse(`${options(1)}<p>new</p>`));
    assert.equal(select.value, "3");
    morph(host, parse(options(2)));
    assert.equal(select.value, "2");
    assert.equal(get("select"), select);
  });

  test("a range follows together with its limits", () => {
    host.innerHTML = "<input name=r type=range max=10 value=5>";
    field().value = "7";
    morph(host, parse("<input name=r type=range value=50 max=100>"));
    assert.equal(field().value, "50");
  });

  test.each([
    ["<input type=hidden name=a value=1>", "<input type=hidden name=a>"],
    ["<input type=submit name=a value=Save>", "<input type=submit name=a>"],
    ["<input type=checkbox name=a value=1>", "<input type=checkbox name=a>"],
    ["<input name=a value=1>", "<input type=checkbox name=a>"],
  ])("a value that is an attribute goes with it: %s", (before, after) => {
    change(before, after);
  });

  test("whether details and dialogs are open is the reader's affair", () => {
    host.innerHTML = "<details id=a open>1</details><details id=b>1</details>";
    morph(host, parse("<details id=a>2</details><details id=b open>2</details>"));
    assert.equal(host.innerHTML, `<details id="a" open="">2</details><details id="b">2</details>`);
  });
});

describe("parts", () => {
  test.each(["bus-ignore", "bus-preserve"])("%s leaves a part as it is", (name) => {
    host.innerHTML = `<div id=a ${name} class=x>map</div>`;
    morph(host, parse(`<p>new</p><div id=a ${name}>empty</div>`));
    assert.equal(host.innerHTML, `<p>new</p><div id="a" ${name}="" class="x">map</div>`);
  });

  test("contents of templates are replaced, wherever the template is", () => {
    change("<div><template><p>1</p></template></div>", "<div><template><p>2</p></template></div>");
  });

  test("what an element of the page calls its content is left alone", () => {
    class Card extends HTMLElement {
      get content(): Element | null {
        return this.querySelector("p");
      }
    }
    customElements.define("x-card", Card);
    host.innerHTML = "<x-card id=c><p>1<input id=i></p></x-card>";
    const input = get("input");
    input.focus();
    morph(host, parse("<x-card id=c class=k><p>2<input id=i></p></x-card>"));
    assert.equal(document.activeElement, input);
  });

  test("SVG and MathML keep their namespaces, attributes too", () => {
    const svg = (href: string): string => `<svg viewBox="0 0 1 1"><a><use xlink:href="#${href}"></use></a></svg>`;
    const [use] = change(`<a>x</a>${svg("a")}`, `<b>y</b>${svg("b")}<math><mi>x</mi></math>`, "use");
    assert.equal(get("use"), use);
    change("<svg><use></use></svg>", svg("a"));
    assert.equal(get("use").getAttributeNS("http://www.w3.org/1999/xlink", "href"), "#a");
  });

  test("attributes may have names that only a parser accepts", () => {
    change("<p>1</p>", `<p @click="x" :key="y" [z]="1">1</p>`);
  });

  test("comments and texts are like the new ones", () => {
    change("a<!-- 1 -->b<p>c</p>d", "<!-- 2 -->b<p>x</p><!-- 3 -->");
  });

  for (const [is, before, after, isKept] of [
    ["stays with other words", "<p>1</p>", "<p>2</p>", true],
    ["stays where only an attribute changes", "<p>1</p>", "<p class=x>1</p>", true],
    ["stays where templates are", "<p>1</p><template>a</template>", "<p>2</p><template>b</template>", true],
    ["stays when more comes after it", "<p>1</p>", "<p>1<br>2</p>", true],
    ["stays when what was after it leaves", "<p>1<br>2</p>", "<p>1</p>", true],
    ["leaves", "<p>1</p>", "<p></p>", false],
    ["gives its place to a comment", "<p>1</p>", "<p><!--1--></p>", false],
    ["gives its place to an element", "<p>1</p>", "<p><b>1</b></p>", false],
  ] as const)
    test(`a text that is alone ${is}`, () => {
      host.innerHTML = before;
      const text = get("p").firstChild;
      morph(host, parse(after));
      assert.deepEqual(treeOf(host), treeOf(Object.assign(document.createElement("main"), { innerHTML: after })));
      assert.equal(get("p").firstChild === text, isKept);
    });

  test("a text enters what was empty", () => {
    change("<p></p><input>", "<p>1</p><input class=x>");
  });

  test("only changes are written, so that only these are noticed", async () => {
    const html = (text: string): string => `<p id=a class=x title=y>1</p><p id=b class="${text}">2</p><p>${text}</p>`;
    host.innerHTML = html("old");
    const observer = new MutationObserver(() => {});
    observer.observe(host, { attributes: true, childList: true, characterData: true, subtree: true });
    morph(host, parse(html("new")));
    const seen = observer.takeRecords().map(({ type, attributeName }) => attributeName ?? type);
    assert.deepEqual(seen, ["class", "characterData"]);
    observer.disconnect();
  });

  test("a nonce is neither written nor taken away", () => {
    host.innerHTML = `<style nonce="a">p{}</style>`;
    morph(host, parse(`<style nonce="b">b{}</style>`));
    assert.equal(host.innerHTML, `<style nonce="a">b{}</style>`);
  });

  test("an unchanged script stays, a changed one is another", () => {
    const [one, two] = change(
      `<script id=a>x = 1</script><p></p><script>y = 1</script><script type="text/plain" src="https://example.org/a.js"></script>`,
      `<script>y = 2</script><p><script type="text/plain" src="https://example.org/a.js"></script></p><script id=a>x = 1</script>`,
      "script:not([id])",
      "script[src]",
    );
    assert.notEqual(get("script:not([id])"), one);
    assert.equal(get("script[src]"), two);
  });
});

describe("outer", () => {
  test("the element itself changes and stays", () => {
    host.innerHTML = "<p>0</p><form id=f class=x>1</form><p>2</p>";
    const form = get("form");
    morph(form, parse("\n<form id=f class=y>3</form>\n"), true);
    assert.equal(host.innerHTML, `<p>0</p><form id="f" class="y">3</form><p>2</p>`);
    assert.equal(get("form"), form);
  });

  for (const [is, before, after, stays] of [
    ["stays without a key", "<p class=x>0</p>", "<p class=y>1</p>", true],
    ["stays under its name", "<input name=q>", "<p>0</p><input name=q class=x>", true],
    [
      "stays where its name stands in it, too",
      "<form name=q><i name=q>0</i></form>",
      "<form name=q><b>1</b></form>",
      true,
    ],
    ["goes for one with a key", "<p>0</p>", "<p id=a>0</p>", false],
    ["goes for one without", "<p id=a>0</p>", "<p>0</p>", false],
    ["goes for another name", "<input name=q>", "<input name=r>", false],
    ["goes for another tag with its id", "<p id=a>0</p>", "<div id=a>0</div>", false],
    ["goes for one that has its name as an id", "<p name=q>0</p>", "<p id=q>0</p>", false],
  ] as const)
    test(`the element itself ${is}`, () => {
      host.innerHTML = before;
      const old = host.children[0] as Element; // cast: it was just made
      morph(old, parse(after), true);
      assert.deepEqual(treeOf(host), treeOf(Object.assign(document.createElement("main"), { innerHTML: after })));
      assert.equal(host.contains(old), stays);
    });

  test("one becomes several, or none", () => {
    host.innerHTML = "<ul><li id=a>1</li><li id=z>z</li></ul>";
    const row = get("#a");
    morph(row, parse("<li>0</li><li id=a>1</li><li>2</li>"), true);
    assert.equal(host.innerHTML, `<ul><li>0</li><li id="a">1</li><li>2</li><li id="z">z</li></ul>`);
    assert.equal(get("#a"), row);
    morph(row, parse(""), true);
    assert.equal(host.textContent, "02z");
  });
});

describe("any trees", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const node: fc.Memo<string> = fc.memo((depth) =>
    depth <= 1
      ? fc.constantFrom(
          "x",
          "y",
          " ",
          "<!--c-->",
          "<br>",
          "<input name=q>",
          "<input name=r value=1>",
          "<input name=q type=hidden>",
          "<form><input name=content type=hidden value=1></form>",
          "<template><p>t</p></template>",
        )
      : fc.oneof(
          fc.constantFrom("x", "z", "<b>b</b>", "<svg><g id=e></g></svg>", "<template><p>u</p></template>"),
          fc
            .tuple(
              fc.constantFrom("div", "section", "span"),
              fc.option(fc.constantFrom(...ids), { nil: undefined, freq: 2 }),
              fc.constantFrom("", " class=k", " title=t"),
              fc.array(node(depth - 1), { maxLength: 4 }),
            )
            .map(([tag, id, more, inside]) => `<${tag}${id ? ` id=${id}` : ""}${more}>${inside.join("")}</${tag}>`),
        ),
  );
  const tree = fc.array(node(4), { maxLength: 5 }).map((list) => list.join(""));

  test("become like the new one, and every id that both have once keeps its element", () => {
    fc.assert(
      fc.property(tree, tree, fc.boolean(), (before, after, outer) => {
        host.innerHTML = outer ? `<p>0</p><main>${before}</main><p>9</p>` : before;
        const target = outer ? get("main main") : host;
        const html = outer ? `<main>${after}</main>` : after;
        const expected = treeOf(parse(outer ? `<p>0</p>${html}<p>9</p>` : html));
        const kept = lasting(target, parse(html));
        morph(target, parse(html), outer);
        const [, , , children] = treeOf(host) as unknown[]; // cast: of an element
        assert.deepEqual(children, expected);
        for (const [id, el] of kept) assert.equal(host.querySelector(`#${id}`), el, id);
      }),
      { numRuns: runs(300) },
    );
  });

  test("are not written to when nothing has changed", () => {
    fc.assert(
      fc.property(tree, (html) => {
        host.innerHTML = html;
        const observer = new MutationObserver(() => {});
        observer.observe(host, { attributes: true, childList: true, characterData: true, subtree: true });
        morph(host, parse(html));
        assert.equal(observer.takeRecords().length, 0);
      }),
      { numRuns: 100 },
    );
  });
});

describe("order", () => {
  const rows = (order: readonly number[]): string => order.map((n) => `<li id=r${n}>${n}</li>\n`).join("");
  const shuffled = fc.integer({ min: 0, max: 40 }).chain((length) => {
    const all = [...Array(length).keys()];
    return fc.shuffledSubarray(all, { minLength: length });
  });

  test("of keyed rows changes with the fewest moves", () => {
    fc.assert(
      fc.property(shuffled, (order) => {
        host.innerHTML = order.map((_, n) => `<li id=r${n}>${n}</li>`).join("");
        const observer = new MutationObserver(() => {});
        observer.observe(host, { childList: true });
        morph(host, parse(order.map((n) => `<li id=r${n}>${n}</li>`).join("")));
        const moved = observer.takeRecords().reduce((sum, { addedNodes }) => sum + addedNodes.length, 0);
        assert.equal(moved, fewestMoves(order));
        assert.deepEqual(
          [...host.children].map((row) => Number(row.textContent)),
          [...order],
        );
      }),
      { numRuns: 60 },
    );
  });

  test("of one row among a thousand changes with two moves, its line break included", () => {
    const all = [...Array(1000).keys()];
    host.innerHTML = rows(all);
    const observer = new MutationObserver(() => {});
    observer.observe(host, { childList: true });
    morph(host, parse(rows([...all.slice(1), 0])));
    const moved = observer.takeRecords().reduce((sum, { addedNodes }) => sum + addedNodes.length, 0);
    assert.ok(moved <= 2, `${moved} moves`);
    assert.equal(host.lastElementChild?.id, "r0");
  });
});
