import assert from "node:assert/strict";
import { afterEach, describe, test, vi } from "vitest";
import type { FINDINGS } from "../../../client/dev/codes.ts";
import { get, kit, look } from "./stage.ts";

const debug = vi.spyOn(console, "debug").mockImplementation(() => {}); // a check that threw says so there
afterEach(() => assert.deepEqual(debug.mock.calls, []));

interface Row {
  /** What is wrong, and what is nearly the same and right. */
  readonly name: string;
  readonly code: keyof typeof FINDINGS;
  /** `#it` is where the finding is. */
  readonly wrong: string;
  readonly says: RegExp;
  readonly right: string;
}

const b = (attributes: string): string => `<button id="it" ${attributes}>x</button>`;
const form = (attributes: string, inside = "<input name=a><button>ok</button>"): string =>
  `<form id="it" ${attributes}>${inside}</form>`;

const rows: readonly Row[] = [
  {
    name: "a slip in an attribute is told with what was meant",
    code: "attribute-unknown",
    wrong: b(`bus-get="/x" bus-taget="#it"`),
    says: /nothing reads bus-taget; did you mean bus-target\?/,
    right: b(`bus-get="/x" bus-target="#it"`),
  },
  {
    name: "a slip in front of a known name",
    code: "attribute-unknown",
    wrong: b(`bsu-get="/x"`),
    says: /nothing reads bsu-get; did you mean bus-get\?/,
    right: b(`bs-theme="dark" business-get="1"`),
  },
  {
    name: "an attribute that nothing is close to",
    code: "attribute-unknown",
    wrong: b(`bus-get="/x" bus-wheelbarrow="1"`),
    says: /nothing reads bus-wheelbarrow$/,
    right: b(`bus-get="/x" data-wheelbarrow="1"`),
  },
  {
    name: "what only htmx has, with what to do instead",
    code: "attribute-unknown",
    wrong: b(`bus-get="/x" bus-params="none"`),
    says: /bus-params: write what is sent/,
    right: b(`bus-get="/x" bus-include="#it"`),
  },
  {
    name: "a rule for a status that does not exist",
    code: "attribute-unknown",
    wrong: b(`bus-get="/x" bus-status:9xx="swap:none"`),
    says: /nothing reads bus-status:9xx/,
    right: b(`bus-get="/x" bus-status:4xx="swap:none"`),
  },
  {
    name: "a suffix that does not exist",
    code: "attribute-suffix",
    wrong: b(`bus-get="/x" bus-target:inherit="#it"`),
    says: /bus-target:inherit; did you mean bus-target:inherited\?/,
    right: b(`bus-get="/x" bus-target:inherited="#it"`),
  },
  {
    name: "an attribute that is never inherited",
    code: "attribute-suffix",
    wrong: `<div id="it" bus-boost:inherited><a href="/x">x</a></div>`,
    says: /bus-boost counts for all that is inside without it/,
    right: `<div id="it" bus-boost><a href="/x">x</a></div>`,
  },
  {
    name: "data- in front",
    code: "attribute-foreign",
    wrong: b(`data-bus-get="/x"`),
    says: /write bus-get/,
    right: b(`data-bus-stop="Main Street"`),
  },
  {
    name: "htmx's attributes where there is no htmx",
    code: "attribute-foreign",
    wrong: b(`hx-get="/x"`),
    says: /htmx is not loaded; write bus-get/,
    right: b(`hxget="/x"`),
  },
  {
    name: "an attribute of requests where there is none to be made",
    code: "attribute-idle",
    wrong: `<p id="it" bus-target="#it">x</p>`,
    says: /bus-target does nothing here/,
    right: `<div bus-boost><a href="/x" id="it" bus-target="#it">x</a></div>`,
  },
  {
    name: "an encoding that makes no difference",
    code: "attribute-value",
    wrong: form(`method="post" action="/x" bus-post="/x" bus-encoding="json"`),
    says: /only multipart/,
    right: form(`method="post" action="/x" bus-post="/x" bus-encoding="multipart/form-data"`),
  },
  {
    name: "a swap style that does not exist",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="innerHtml"`),
    says: /no style innerHtml; did you mean innerHTML\?/,
    right: b(`bus-get="/x" bus-swap="innerHTML"`),
  },
  {
    name: "a swap style that nothing is close to",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="sideways"`),
    says: /no style sideways, only innerHTML, /,
    right: b(`bus-get="/x" bus-swap="none"`),
  },
  {
    name: "a swap modifier that does not exist",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="beforeend scrol:bottom"`),
    says: /no modifier scrol; did you mean scroll\?/,
    right: b(`bus-get="/x" bus-swap="beforeend scroll:bottom"`),
  },
  {
    name: "settling, which there is none of",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="innerHTML settle:1s"`),
    says: /no settling/,
    right: b(`bus-get="/x" bus-swap="innerHTML swap:1s"`),
  },
  {
    name: "a delay that is no time",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="innerHTML delay:soon"`),
    says: /delay:soon is no time/,
    right: b(`bus-get="/x" bus-swap="innerHTML delay:100ms"`),
  },
  {
    name: "a place to scroll to that is none",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="innerHTML show:none"`),
    says: /show: takes top, bottom/,
    right: b(`bus-get="/x" bus-swap="innerHTML show:window:top"`),
  },
  {
    name: "a transition that is said to be none",
    code: "swap-unknown",
    wrong: b(`bus-get="/x" bus-swap="innerHTML transition:false"`),
    says: /leave it out/,
    right: b(`bus-get="/x" bus-swap="innerHTML transition:true focus-scroll:false"`),
  },
  {
    name: "a trigger modifier that does not exist",
    code: "trigger-unknown",
    wrong: b(`bus-get="/x" bus-trigger="click dealy:1s"`),
    says: /no modifier dealy; did you mean delay\?/,
    right: b(`bus-get="/x" bus-trigger="click delay:1s"`),
  },
  {
    name: "an event that is one slip away from a usual one",
    code: "trigger-unknown",
    wrong: b(`bus-get="/x" bus-trigger="clik"`),
    says: /no browser fires clik; did you mean click\?/,
    right: b(`bus-get="/x" bus-trigger="saved"`),
  },
  {
    name: "every without a time",
    code: "trigger-unknown",
    wrong: `<p id="it" bus-get="/x" bus-trigger="every delay:1s">x</p>`,
    says: /every needs a time/,
    right: `<p id="it" bus-get="/x" bus-trigger="every 2s">x</p>`,
  },
  {
    name: "a queue in a trigger",
    code: "trigger-unknown",
    wrong: b(`bus-post="/x" bus-trigger="click queue:last"`),
    says: /bus-sync="queue last"/,
    right: b(`bus-post="/x" bus-trigger="click" bus-sync="queue last"`),
  },
  {
    name: "a delay of a trigger that is no time",
    code: "trigger-unknown",
    wrong: b(`bus-get="/x" bus-trigger="click delay:1sec"`),
    says: /delay:1sec is no time/,
    right: b(`bus-get="/x" bus-trigger="click delay:1.5s, submit from:#it once"`),
  },
  {
    name: "values that are not JSON",
    code: "json-invalid",
    wrong: b(`bus-get="/x" bus-vals="a:1"`),
    says: /bus-vals is not JSON/,
    right: b(`bus-get="/x" bus-vals='{"a":1}'`),
  },
  {
    name: "headers that are JSON and no object",
    code: "json-invalid",
    wrong: b(`bus-get="/x" bus-headers='["a"]'`),
    says: /bus-headers is no JSON object/,
    right: b(`bus-get="/x" bus-headers='{"A":"1"}'`),
  },
  {
    name: "values that are a script",
    code: "json-invalid",
    wrong: b(`bus-get="/x" bus-vals="js:{a: 1}"`),
    says: /no script is ever run/,
    right: b(`bus-get="/x" bus-vals=""`),
  },
  {
    name: "a selector that does not parse",
    code: "selector-invalid",
    wrong: b(`bus-get="/x" bus-target="#["`),
    says: /bus-target="#\[" does not parse/,
    right: b(`bus-get="/x" bus-target="[id='it']"`),
  },
  {
    name: "a selector for the reply that does not parse",
    code: "selector-invalid",
    wrong: b(`bus-get="/x" bus-select="div >"`),
    says: /bus-select="div >" does not parse/,
    right: b(`bus-get="/x" bus-select="div > p"`),
  },
  {
    name: "a target that is not there, with the id that is close to it",
    code: "target-missing",
    wrong: `${b(`bus-get="/x" bus-target="#lits"`)}<ul id="list"></ul>`,
    says: /bus-target="#lits" finds nothing in this page; did you mean #list\?/,
    right: `${b(`bus-get="/x" bus-target="#list"`)}<ul id="list"></ul>`,
  },
  {
    name: "a target that is an id without its sign",
    code: "target-missing",
    wrong: `${b(`bus-get="/x" bus-target="list"`)}<ul id="list"></ul>`,
    says: /did you mean #list\?/,
    right: `${b(`bus-get="/x" bus-target="ul"`)}<ul id="list"></ul>`,
  },
  {
    name: "a word of the grammar with a slip",
    code: "target-missing",
    wrong: `<ul><li>${b(`bus-get="/x" bus-target="closet li"`)}</li></ul>`,
    says: /did you mean closest\?/,
    right: `<ul><li>${b(`bus-get="/x" bus-target="closest li"`)}</li></ul>`,
  },
  {
    name: "an indicator that is named by its id and missing",
    code: "target-missing",
    wrong: b(`bus-get="/x" bus-indicator="#spin"`),
    says: /bus-indicator="#spin" finds nothing/,
    right: b(`bus-get="/x" bus-indicator=".spin"`),
  },
  {
    name: "an inherited target that is missing",
    code: "target-missing",
    wrong: `<div bus-target:inherited="#none">${b(`bus-get="/x"`)}</div>`,
    says: /bus-target="#none"/,
    right: `<div bus-target:inherited="this">${b(`bus-get="/x"`)}</div>`,
  },
  {
    name: "an address of another origin",
    code: "url-refused",
    wrong: b(`bus-get="https://example.org/x"`),
    says: /is of another origin: nothing is asked/,
    right: b(`bus-get="${location.origin}/x"`),
  },
  {
    name: "an address that is a script",
    code: "url-refused",
    wrong: b(`bus-get="javascript:alert(1)"`),
    says: /is not http\(s\)/,
    right: b(`bus-get="?a=javascript:1" bus-push-url="true"`),
  },
  {
    name: "an address with a value that was missing",
    code: "url-odd",
    wrong: b(`bus-delete="/rows/undefined"`),
    says: /was missing on the server/,
    right: b(`bus-delete="/rows/undefined-behaviour"`),
  },
  {
    name: "an attribute around what asks, without the suffix",
    code: "inheritance-missing",
    wrong: `<ul id="it" bus-target="#it"><li><button bus-get="/x">x</button></li></ul>`,
    says: /asks nothing, while one element asks inside; did you mean bus-target:inherited\?/,
    right: `<ul id="it" bus-target:inherited="#it"><li><button bus-get="/x">x</button></li></ul>`,
  },
  {
    name: "the same around boosted links",
    code: "inheritance-missing",
    wrong: `<nav id="it" bus-boost bus-target="main"><a href="/a">a</a><a href="/b">b</a></nav><main></main>`,
    says: /2 elements ask inside/,
    right: `<nav id="it" bus-boost bus-target:inherited="main"><a href="/a">a</a><a href="/b">b</a></nav><main></main>`,
  },
  {
    name: "the suffix, and nobody inside who asks",
    code: "inheritance-unused",
    wrong: `<div id="it" bus-swap:inherited="outerHTML"><p>x</p></div>`,
    says: /no element inside asks/,
    right: `<div id="it" bus-swap:inherited="outerHTML"><p><button bus-get="/x">x</button></p></div>`,
  },
  {
    name: "the suffix, and everybody inside has an own one",
    code: "inheritance-unused",
    wrong: `<div id="it" bus-swap:inherited="outerHTML"><button bus-get="/x" bus-swap="none">x</button></div>`,
    says: /has a bus-swap of its own/,
    right: `<div id="it" bus-swap:inherited="outerHTML"><button bus-get="/x" bus-swap="none">x</button><button bus-get="/x">x</button></div>`,
  },
  {
    name: "the suffix where somebody may come",
    code: "inheritance-unused",
    wrong: `<div id="it" bus-swap:inherited="outerHTML"><ul id="list"><li>x</li></ul></div>`,
    says: /does nothing/,
    right: `<div id="it" bus-swap:inherited="outerHTML"><ul id="list"><li>x</li></ul></div><button bus-get="/x" bus-target="#list">x</button>`,
  },
  {
    name: "an id that stands twice",
    code: "id-duplicate",
    wrong: `<p id="it">x</p><i id="it">y</i>`,
    says: /stands at p#it already$/,
    right: `<p id="it">x</p><i id="It">y</i>`,
  },
  {
    name: "a target that stands twice",
    code: "id-duplicate",
    wrong: `<button bus-get="/x" bus-target="#it">x</button><p id="it">x</p><i id="it">y</i>`,
    says: /it is a target, and only the first one is found/,
    right: `<button bus-get="/x" bus-target="#it">x</button><p id="it">x</p>`,
  },
  {
    name: "two verbs",
    code: "verb-twice",
    wrong: b(`bus-delete="/x" bus-post="/x"`),
    says: /of bus-post and bus-delete only bus-post counts/,
    right: b(`bus-post="/x"`),
  },
  {
    name: "a verb where nothing is active",
    code: "verb-ignored",
    wrong: `<div bus-ignore>${b(`bus-get="/x"`)}</div>`,
    says: /inside of bus-ignore/,
    right: `<div><p bus-ignore></p>${b(`bus-get="/x"`)}</div>`,
  },
  {
    name: "a click that two elements answer",
    code: "verb-nested",
    wrong: `<p id="row" tabindex="0" bus-get="/row">${b(`bus-delete="/x"`)}</p>`,
    says: /asks for p#row around it, too/,
    right: `<p id="row" tabindex="0" bus-get="/row" bus-trigger="dblclick">${b(`bus-delete="/x"`)}</p>`,
  },
  {
    name: "a form that posts with the script only",
    code: "form-no-action",
    wrong: form(`method="post" bus-post="/x"`),
    says: /add action="\/x"/,
    right: form(`method="post" bus-post="/x" action="/x"`),
  },
  {
    name: "a form that would show its values in the address",
    code: "form-method",
    wrong: form(`action="/x" bus-post="/x"`),
    says: /add method="post"/,
    right: form(`action="/x" bus-post="/x" method="POST"`),
  },
  {
    name: "a form without its own way whose button has one",
    code: "form-no-action",
    wrong: form(`method="post" bus-post="/x"`, `<button formaction="/x">x</button><button>y</button>`),
    says: /sent to the page itself/,
    right: form(`method="post" bus-post="/x"`, `<button formaction="/x">x</button>`),
  },
  {
    name: "files of which only the names are sent",
    code: "form-encoding",
    wrong: form(`method="post" action="/x" bus-post="/x"`, `<input type="file" name="a"><button>ok</button>`),
    says: /only the names of its files/,
    right: form(
      `method="post" action="/x" bus-post="/x" enctype="multipart/form-data"`,
      `<input type="file" name="a"><button>ok</button>`,
    ),
  },
  {
    name: "a form whose only button submits nothing",
    code: "form-no-submit",
    wrong: form(
      `method="post" action="/x" bus-post="/x"`,
      `<textarea name="a"></textarea><button type="button">ok</button>`,
    ),
    says: /none of its buttons submits it/,
    right: form(`method="post" action="/x" bus-post="/x"`, `<textarea name="a"></textarea><button>ok</button>`),
  },
  {
    name: "a link that leads nowhere",
    code: "link-no-href",
    wrong: `<a id="it" bus-get="/x">x</a>`,
    says: /give it one, or use a button/,
    right: `<a id="it" bus-get="/x" href="/x">x</a>`,
  },
  {
    name: "an element that only a mouse can click",
    code: "click-no-keyboard",
    wrong: `<div id="it" bus-get="/x">x</div>`,
    says: /no key clicks a <div>/,
    right: `<div id="it" bus-get="/x" bus-trigger="load">x</div>`,
  },
  {
    name: "a rule with a word that does not exist",
    code: "attribute-value",
    wrong: b(`bus-get="/x" bus-status:404="traget:#it"`),
    says: /a rule has no traget; did you mean target\?/,
    right: b(`bus-get="/x" bus-status:404="target:#it swap:outerHTML push:false"`),
  },
  {
    name: "a rule with a style that does not exist",
    code: "attribute-value",
    wrong: b(`bus-get="/x" bus-status:5xx="swap:outerHtml"`),
    says: /no style outerHtml; did you mean outerHTML\?/,
    right: b(`bus-get="/x" bus-status:5xx="swap:none"`),
  },
  {
    name: "a rule whose target is missing",
    code: "target-missing",
    wrong: `${b(`bus-get="/x" bus-status:404="target:#lits"`)}<p id="list"></p>`,
    says: /bus-status:404="#lits" finds nothing in this page; did you mean #list\?/,
    right: b(`bus-get="/x" bus-status:404="target:#it"`),
  },
  {
    name: "a time limit that is no time",
    code: "attribute-value",
    wrong: b(`bus-get="/x" bus-timeout="soon"`),
    says: /is no time/,
    right: b(`bus-get="/x" bus-timeout="2s"`),
  },
  {
    name: "a template that is named by a selector",
    code: "target-missing",
    wrong: `${b(`bus-post="/x" bus-optimistic="#row"`)}<template id="row"></template>`,
    says: /it takes an id without #/,
    right: `${b(`bus-post="/x" bus-optimistic="row"`)}<template id="row"></template>`,
  },
  {
    name: "an announcement on a target is for all who fill it",
    code: "inheritance-missing",
    wrong: `<ul id="it" bus-confirm="Sure?"><li><button bus-get="/x" bus-target="#it">x</button></li></ul>`,
    says: /did you mean bus-confirm:inherited/,
    right: `<ul id="it" bus-announce><li><button bus-get="/x" bus-target="#it">x</button></li></ul>`,
  },
  {
    name: "what is to be kept and cannot be found again",
    code: "preserve-no-id",
    wrong: `<video bus-preserve></video>`,
    says: /give it one/,
    right: `<video bus-preserve id="it"></video>`,
  },
];

describe("each finding, and what is nearly the same and right", () => {
  test.each(rows)("$code: $name", ({ code, wrong, says, right }) => {
    const found = look(wrong).findings.list();
    assert.deepEqual(
      found.map((one) => one.code),
      [code],
      found.map(({ message }) => message).join("\n"),
    );
    assert.match(found[0]?.message ?? "", says);
    assert.ok(found[0]?.element?.matches("#it,video"));
    assert.deepEqual(look(right).messages(), []);
  });
});

describe("what depends on the page", () => {
  test("htmx's attributes are htmx's where it runs", () => {
    assert.deepEqual(look(`<b hx-get="/x">x</b>`, {}, { hasHtmx: true }).messages(), []);
  });

  test("attributes of the page's own extensions are known, and count as a reason for others", () => {
    const body = `<p id="p" bus-sse="/x" bus-target="#p">x</p>`;
    assert.deepEqual(look(body, { attributes: ["sse"] }).messages(), []);
    assert.deepEqual(look(body).found(), ["attribute-unknown p#p", "attribute-idle p#p"]);
  });

  test("where everything is inherited, no suffix is missing", () => {
    const body = `<ul bus-target="#it" id="it"><li><button bus-get="/x">x</button></li></ul>`;
    assert.deepEqual(look(body, {}, { kit: { ...kit, inherit: true } }).messages(), []);
  });

  test("styles, triggers, modifiers and selectors that an extension has added are known", () => {
    const wider = {
      ...kit,
      vocabulary: {
        ...kit.vocabulary,
        sideways: () => {},
        clik: () => {},
        politely: kit.vocabulary["once"] ?? assert.fail(),
      },
    };
    const body = `<button bus-get="/x" bus-swap="sideways" bus-trigger="clik politely">x</button>`;
    assert.deepEqual(look(body, {}, { kit: wider }).messages(), []);
    assert.equal(look(body).found().length, 3);
  });
});

describe("telling", () => {
  test("an element is told the same once, however often the page is looked at", () => {
    const { scene, printed, found } = look(b(`bus-taget="#x"`));
    for (let i = 0; i < 3; i++) scene.report("attribute-unknown", get("#it"), "again", "bus-taget");
    assert.equal(printed.length, 1);
    assert.deepEqual(found(), ["attribute-unknown button#it"]);
  });

  test("a page full of one mistake prints it twenty times and says that there are more", () => {
    const { printed, found } = look(b(`bus-taget="#x"`).replaceAll(` id="it"`, "").repeat(50));
    assert.equal(printed.length, 21);
    assert.match(printed.at(-1) ?? "", /more of attribute-unknown are not printed/);
    assert.equal(found().length, 50);
  });

  test("at most 500 findings are kept", () => {
    assert.equal(look("<b bus-taget>x</b>".repeat(600)).found().length, 500);
  });

  test("what is to be ignored is neither listed nor printed, and printing can be off", () => {
    const silent = look(b(`bus-taget="#x"`), { ignore: ["attribute-unknown"] });
    assert.deepEqual([silent.found(), silent.printed], [[], []]);
    const quiet = look(b(`bus-taget="#x"`), { warn: false });
    assert.deepEqual([quiet.found().length, quiet.printed.length], [1, 0]);
  });

  test("keys of strangers are attributes like any other", () => {
    const { found } = look(
      `<b bus-__proto__="1" bus-constructor="2" bus-get="/x" bus-vals='{"__proto__":1}' tabindex=0>x</b>`,
    );
    assert.deepEqual(found(), ["attribute-unknown b", "attribute-unknown b"]);
  });
});
