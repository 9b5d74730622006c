import assert from "node:assert/strict";
import { afterAll, beforeEach, describe, test, vi } from "vitest";
import { config, configDev, extend, findings, stopDev } from "../../../client/dev/index.ts";
import { get, kit } from "./stage.ts";

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
const debug = vi.spyOn(console, "debug").mockImplementation(() => {}); // a check that threw says so there

afterAll(() => {
  stopDev();
  assert.deepEqual(debug.mock.calls, []);
});

type Answer = { readonly status?: number; readonly body?: string; readonly headers?: Record<string, string> };
let answers: (() => Answer | Promise<Answer>)[] = [];
globalThis.fetch = async (_url, init) => {
  const ended = new Promise<never>((_, reject) =>
    init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))),
  );
  ended.catch(() => {});
  const answer: Answer = await Promise.race([answers.shift()?.() ?? {}, ended]);
  const { status = 200, body = "<b>ok</b>", headers } = answer;
  return new Response([204, 205].includes(status) ? null : body, {
    status,
    headers: { "content-type": "text/html", ...headers },
  });
};

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => setTimeout(resolve));
};

const panel = (): ShadowRoot => {
  const root = document.querySelector("busbar-dev")?.shadowRoot;
  assert.ok(root, "the panel is there");
  return root;
};
const rows = (): string[] =>
  Array.from(panel().querySelectorAll(".entry"), (row) =>
    (row.textContent ?? "").replace(/\d+\.\d/g, "0").replace(/^#\d+/, "#"),
  );
const fresh = (code: string): string[] =>
  findings().flatMap((finding) => (finding.code === code && finding.element?.isConnected ? [finding.message] : []));

function fire(selector: string, type: string): void {
  get(selector).dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
}

beforeEach(async () => {
  answers = [];
  document.body.innerHTML = "";
  await settled();
  panel().querySelector<HTMLElement>(".clear")?.click();
  warn.mockClear();
});

async function show(body: string): Promise<void> {
  document.body.innerHTML = body;
  await settled();
}

configDev({ slowMs: 60_000, slowSwapMs: 60_000 }); // however busy this machine is

/** What is in an element, without the class that plus gives to what is new, and without what it leaves. */
const plain = (selector: string): string => get(selector).innerHTML.replace(/ class="(bus-added)?"/g, "");

describe("while a page runs", () => {
  test("elements that enter the page are looked at, and told on the console with the element", async () => {
    await show(`<button id="go" bus-gte="/x">x</button>`);
    assert.deepEqual(warn.mock.calls, [
      ["busbar: nothing reads bus-gte; did you mean bus-get? (attribute-unknown)", get("#go")],
    ]);
    assert.deepEqual(rows(), ["attribute-unknown: nothing reads bus-gte; did you mean bus-get? button#go"]);
  });

  test("what a reply brings is looked at, duplicate ids too", async () => {
    answers = [() => ({ body: `<i id="go">x</i>` })];
    await show(`<button id="go" bus-get="/x" bus-target="#list">x</button><p id="list"></p>`);
    get("#go").click();
    await settled();
    assert.deepEqual(fresh("id-duplicate"), ["the id go stands at button#go already"]);
  });

  test("a request is a line with its phases", async () => {
    await show(`<button id="go" bus-get="/x?a=1" bus-target="#list">x</button><p id="list"></p>`);
    get("#go").click();
    await settled();
    assert.deepEqual(rows(), [
      "# GET /x?a=1 200 9 B swapped request 0, wait 0, read 0, swap 0 ms · button#go → p#list innerHTML",
    ]);
    assert.equal(plain("#list"), "<b>ok</b>");
  });

  test("a target that is missing is told once, at the look or at the request", async () => {
    await show(`<button id="go" bus-get="/x" bus-target="#none">x</button>`);
    get("#go").click();
    await settled();
    assert.deepEqual(fresh("target-missing"), [`bus-target="#none" finds nothing in this page`]);
  });

  test("a target that went away is told at the request", async () => {
    await show(`<button id="go" bus-get="/x" bus-target="#list">x</button><p id="list"></p>`);
    get("#list").remove();
    get("#go").click();
    assert.deepEqual(fresh("target-missing"), [`bus-target="#list" finds nothing in this page`]);
  });

  test("a second submit is dropped, a second change waits, a second GET replaces", async () => {
    let release: (answer: Answer) => void = () => {};
    const held = (): Promise<Answer> =>
      new Promise((resolve) => {
        release = resolve;
      });
    const form = `<form method="post" action="/x" bus-post="/x" bus-swap="none"><button>ok</button></form>`;
    for (const [body, act, expected] of [
      [form, () => fire("form", "submit"), ["POST /x 200 9 B swapped", "POST /x dropped"]],
      [
        `<input bus-put="/x" bus-swap="none" name="a">`,
        () => fire("input", "change"),
        ["PUT /x 200 9 B swapped", "PUT /x 200 9 B swapped"],
      ],
      [
        `<button bus-get="/x" bus-swap="none">x</button>`,
        () => get("button").click(),
        ["GET /x replaced", "GET /x 200 9 B swapped"],
      ],
    ] as const) {
      answers = [held, () => ({})];
      await show(body);
      act();
      await settled();
      act();
      await settled();
      if (body.startsWith("<input")) assert.match(rows()[1] ?? "", /PUT \/x waiting/);
      release({});
      await settled();
      const lines = rows();
      for (const [i, line] of expected.entries()) assert.ok(lines[i]?.includes(line), `${lines[i]} has ${line}`);
      assert.equal(lines.length, 2);
      panel().querySelector<HTMLElement>(".clear")?.click();
    }
  });

  test("errors that are not shown are told, and those that somebody answers are not", async () => {
    answers = [() => ({ status: 500 }), () => ({ status: 500 }), () => ({ status: 422 })];
    await show(`<button id="a" bus-get="/x">x</button><button id="b" bus-get="/x">x</button>`);
    get("#a").click();
    await settled();
    document.addEventListener("bus:response:error", (event) => event.preventDefault(), { once: true });
    get("#b").click();
    await settled();
    get("#b").click();
    await settled();
    assert.deepEqual(
      findings().flatMap(({ code, element }) => (code === "reply-status" && element?.isConnected ? [element.id] : [])),
      ["a"],
    );
  });

  test("a whole page for a part, and a part at the page's own address without Vary", async () => {
    answers = [() => ({ body: "<!doctype html><p>x" }), () => ({ body: "<p>x" })];
    await show(`<button id="a" bus-get="/whole">x</button><button id="b" bus-get="${location.pathname}">x</button>`);
    get("#a").click();
    await settled();
    assert.equal(fresh("reply-page").length, 1);
    get("#b").click();
    await settled();
    assert.equal(fresh("reply-vary").length, 1);
  });

  test("headers, parts and scripts of replies are checked", async () => {
    config({ scripts: false });
    answers = [
      () => ({
        body: `<p id="none" bus-swap-oob="true"></p><b>x</b><script>1</script>`,
        headers: { "Bus-Retraget": "#x" },
      }),
    ];
    await show(`<button id="go" bus-get="/x">x</button>`);
    get("#go").click();
    await settled();
    config({ scripts: true });
    for (const code of ["reply-header", "part-target", "reply-script"]) assert.equal(fresh(code).length, 1, code);
  });

  test("what cannot be read or put is told with its error", async () => {
    await show(`<button id="go" bus-get="/x">x</button>`);
    document.addEventListener(
      "bus:before:swap",
      ({ detail }) => {
        detail.ctx.swap = "sideways";
      },
      { once: true },
    );
    get("#go").click();
    await settled();
    assert.match(fresh("client-error")[0] ?? "", /^the reply could not be put into the page: TypeError/);
    assert.match(rows()[0] ?? "", /200 9 B failed swap: .*button#go → button#go sideways/);
  });
});

describe("the panel", () => {
  test("is outside of the body, and nothing that happens in it reaches the page", async () => {
    const heard: string[] = [];
    const own = new AbortController();
    for (const type of ["click", "keydown", "focusin"])
      document.addEventListener(type, () => heard.push(type), { signal: own.signal });
    assert.equal(document.querySelector("busbar-dev")?.parentElement, document.documentElement);
    const toggle = panel().querySelector<HTMLElement>(".toggle");
    toggle?.focus();
    toggle?.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", bubbles: true, composed: true }));
    toggle?.click();
    assert.equal(toggle?.getAttribute("aria-expanded"), "true");
    toggle?.click();
    own.abort();
    assert.deepEqual(heard, []);
  });

  test("comes back when the page was replaced as a whole", async () => {
    document.querySelector("busbar-dev")?.remove();
    await show(`<button id="go" bus-get="/x">x</button>`);
    get("#go").click();
    await settled();
    assert.ok(document.querySelector("busbar-dev"));
  });

  test("keeps as many entries as it is told to", async () => {
    configDev({ maxEntries: 3 });
    await show(`<button id="go" bus-get="/x" bus-swap="none">x</button>`);
    for (let i = 0; i < 5; i++) {
      get("#go").click();
      await settled();
    }
    configDev({ maxEntries: 200 });
    assert.equal(rows().length, 3);
  });
});

describe("switching off", () => {
  test("a reply is never kept from the page by a check that fails", async () => {
    const find = vi.spyOn(kit, "words").mockImplementation(() => {
      throw new Error("on purpose");
    });
    await show(`<button id="go" bus-get="/x" bus-swap="innerHTML">x</button>`);
    get("#go").click();
    await settled();
    find.mockRestore();
    assert.equal(plain("#go"), "<b>ok</b>");
    assert.ok(debug.mock.calls.length > 0);
    debug.mockClear();
  });

  test("options take effect at once", async () => {
    configDev({ panel: false, warn: false, ignore: ["attribute-unknown"] });
    assert.equal(document.querySelector("busbar-dev"), null);
    const before = findings().length;
    await show(`<button bus-gte="/x">x</button><button bus-get="/x" bus-post="/x">x</button>`);
    assert.deepEqual(
      findings()
        .slice(before)
        .map(({ code }) => code),
      ["verb-twice"],
    );
    assert.equal(warn.mock.calls.length, 0);
    configDev({ panel: true, warn: true, ignore: [], open: true });
    assert.equal(panel().querySelector(".toggle")?.getAttribute("aria-expanded"), "true");
  });

  test("another copy of the script changes nothing", async () => {
    vi.resetModules();
    const copy = await import("../../../client/dev/index.ts");
    assert.notEqual(copy.findings, findings);
    assert.deepEqual(copy.findings(), findings());
    await show(`<button id="go" bus-get="/x" bus-post="/x">x</button>`);
    assert.equal(warn.mock.calls.length, 1);
    assert.equal(document.querySelectorAll("busbar-dev").length, 1);
    get("#go").click();
    await settled();
    assert.equal(rows().filter((row) => row.includes("GET /x")).length, 1);
  });

  test("the stop takes all away, twice does no harm, and updates go on", async () => {
    stopDev();
    stopDev();
    configDev({ panel: true });
    assert.deepEqual(findings(), []);
    assert.equal(document.querySelector("busbar-dev"), null);
    let hooks = 0;
    extend({ request: () => void hooks++ });
    await show(`<button id="go" bus-get="/x" bus-taget="1">x</button>`);
    get("#go").click();
    await settled();
    assert.equal(plain("#go"), "<b>ok</b>");
    assert.equal(hooks, 1);
    assert.equal(warn.mock.calls.length, 0);
    assert.equal(document.querySelector("busbar-dev"), null);
  });
});
