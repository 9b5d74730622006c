import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { test } from "vitest";
import { mountView } from "../../adapters/live-testing/index.ts";
import { type Html, html, spread } from "../../lib/html/index.ts";
import { component, componentView, type HandlerAttributes, rows } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";

const bound = (attributes: HandlerAttributes) => spread({ ...attributes });
const all = Array.from({ length: 1000 }, (_, at) => at);

/** What was evaluated since the last look, without what was evaluated twice. */
const evaluated = new Set<string>();

function Row(input: { readonly at: number; readonly isChosen: boolean }): Html {
  return component(Row, input, (props, { on }) => {
    const clicks = signal(0);
    return () => {
      evaluated.add(`row ${props.at}`);
      return html`<button ${bound(on.click(() => clicks.update((n) => n + 1)))} class=${props.isChosen ? "chosen" : ""}>${props.at} ${clicks.get()}</button>`;
    };
  });
}

function Menu(input: object): Html {
  return component(Menu, input, (_props, { live }) => {
    const session = live?.session;
    return () => {
      evaluated.add("menu");
      return html`<nav>${session?.url}</nav>`;
    };
  });
}

function Search(input: object): Html {
  return component(Search, input, (_props, { on }) => {
    const found = signal("");
    return () => {
      evaluated.add("search");
      return html`<form ${bound(on.submit(({ fields }) => found.set(String(fields["q"]))))}><input name="q"><output>${found.get()}</output></form>`;
    };
  });
}

function Page(input: { readonly chosen: number }): Html {
  return component(Page, input, (props) => () => {
    evaluated.add("page");
    return html`<main>${Menu({})}${Search({})}${rows(
      all,
      (at) => at,
      (at) => Row({ at, isChosen: at === props.chosen }),
    )}</main>`;
  });
}

const view = componentView(Page, {
  query: v.object({ chosen: v.optional(v.string(), "0") }),
  props: ({ query }) => {
    if (query.chosen === "never") throw new Error("never");
    return { chosen: Number(query.chosen) };
  },
  navigates: true,
});

test("going elsewhere evaluates the components that show another address or are given other props, of a thousand", async () => {
  const page = await mountView(view, { query: { chosen: "1" }, check: false, route: { development: false } });
  await page.click("button", /^7 /); // the first patch of a page begins to follow it
  for (const [from, to] of [
    [1, 7],
    [7, 500],
  ] as const) {
    evaluated.clear();
    await page.navigate(`/?chosen=${to}`);
    assert.deepEqual([...evaluated].sort(), ["menu", "page", `row ${from}`, `row ${to}`, "search"].sort());
    assert.equal(page.text("nav"), `/?chosen=${to}`);
    assert.deepEqual(page.texts(".chosen"), [to === 7 ? "7 1" : "500 0"]);
  }
  await page.close();
});

test("what components show after going elsewhere is what a fresh page there shows, and forms go to the new address", async () => {
  const page = await mountView(view, { query: { chosen: "1" } });
  await page.navigate("/?chosen=3");
  await page.click("button", /^3 /);
  assert.match(String(page.get("form").attribute("action")), /^\?chosen=3&bus:submit=/);
  await page.navigate("/?chosen=4");
  assert.match(String(page.get("form").attribute("action")), /^\?chosen=4&bus:submit=/);
  await page.submit("form", { q: "it" });
  assert.equal(page.text("output"), "it");
  assert.deepEqual(page.reports, []);
  await page.close();
});

test("components stay as they are where the props of the new address cannot be made", async () => {
  const page = await mountView(view, { query: { chosen: "1" } });
  await page.click("button", /^1 /);
  await assert.rejects(page.navigate("/?chosen=never"), /never/);
  await page.click("button", /^1 /);
  assert.equal(page.text("nav"), "/?chosen=1");
  assert.deepEqual(page.texts(".chosen"), ["1 2"]);
  assert.match(String(page.get("form").attribute("action")), /^\?chosen=1&/);
  await page.close();
});

/** What it is given to show is a function, and data that are no signals. */
function Frame(input: { readonly title: string; readonly body: () => Html; readonly tags: readonly string[] }): Html {
  return component(Frame, input, (props, { on }) => {
    let opened = 0;
    return () =>
      html`<section><button ${bound(on.click(() => void opened++))}>${props.title} ${opened}</button>${props.tags.join()}${
        opened % 2 === 0 ? props.body() : ""
      }</section>`;
  });
}

function Site(input: { readonly ids: string; readonly mode: string }): Html {
  return component(Site, input, (props, { on, live }) => {
    let visits = 0;
    return () => {
      const { ids, mode } = props;
      return html`<h1>${live?.session.url}</h1><button ${bound(on.click(() => void visits++))}>visits ${visits}</button>${
        mode === "form" ? Search({}) : Menu({})
      }${rows(
        [...ids],
        (id) => id,
        (id) =>
          Frame({
            title: id,
            tags: [mode],
            body: () => html`<div>${Row({ at: ids.length, isChosen: mode === id })}</div>`,
          }),
      )}`;
    };
  });
}

test("a page shows what a fresh render of it shows, wherever it goes and whatever is clicked on the way", async () => {
  const site = componentView(Site, {
    query: v.object({ ids: v.optional(v.string(), "ab"), mode: v.optional(v.string(), "") }),
    props: ({ query }) => query,
    navigates: true,
  });
  const goes = fc.record({
    ids: fc.constantFrom("", "a", "ab", "ba", "cab", "bdc"),
    mode: fc.constantFrom("", "form", "a", "c"),
  });
  const step = fc.oneof(goes, fc.nat(20));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const page = await mountView(site); // which compares after each step
      for (const what of steps) {
        const buttons = page.queryAll("button");
        if (typeof what === "object") await page.navigate(`/?ids=${what.ids}&mode=${what.mode}`);
        else await page.click(buttons[what % buttons.length] ?? "button");
      }
      assert.deepEqual(page.reports, []);
      await page.close();
    }),
    { numRuns: runs(60) },
  );
});
