import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import {
  boundary,
  contextKey,
  type Html,
  type HtmlValue,
  html,
  provide,
  renderToBytes,
  renderToChunks,
  renderToString,
  renderToStringAsync,
  use,
} from "../../lib/html/index.ts";
import { placeholder, replacement } from "../../lib/html/render/late.ts";
import { runs } from "../helpers/runs.ts";
import { deferred } from "./helpers.ts";
import { nodeOf, plans } from "./random-nodes.ts";

async function pieces(node: HtmlValue, nonce?: string): Promise<string[]> {
  const chunks = renderToChunks(node, nonce === undefined ? {} : { nonce });
  const all: string[] = [];
  for (let next = await chunks.next(); next !== undefined; next = await chunks.next())
    all.push(Buffer.from(next).toString());
  return all;
}

/** The body as it is once all scripts have run; the scripts themselves are left out. */
function bodyAfter(source: string): string {
  const { document } = new JSDOM(`<!doctype html><body>${source}`, { runScripts: "dangerously" }).window;
  for (const script of document.querySelectorAll("script")) script.remove();
  document.body.normalize();
  return document.body.innerHTML;
}

const failing =
  (message: string): HtmlValue =>
  () => {
    throw new Error(message);
  };

describe("boundaries that fail", () => {
  const page = (inner: HtmlValue): HtmlValue =>
    html`<main>before ${boundary(() => html`<p>half ${inner}</p>`, {
      failed: (error) => html`<em>${(error as Error).message}</em>`,
    })} after</main>`;

  test("drop what was written and show what failed gives", async () => {
    const expected = "<main>before <em>oh &amp; no</em> after</main>";
    expect(renderToString(page(failing("oh & no")))).toBe(expected);
    expect(Buffer.from(renderToBytes(page(failing("oh & no")))).toString()).toBe(expected);
    expect(await renderToStringAsync(page(failing("oh & no")))).toBe(expected);
    expect(await renderToStringAsync(page(Promise.reject(new Error("oh & no"))))).toBe(expected);
    expect((await pieces(page(Promise.reject(new Error("oh & no"))))).join("")).toBe(expected);
  });

  test("without failed they hand the error to the next one around", async () => {
    const nested = boundary(() => boundary(() => failing("deep")), { failed: () => "caught" });
    expect(renderToString(nested)).toBe("caught");
    expect(await renderToStringAsync(nested)).toBe("caught");
    expect(() => renderToString(boundary(() => failing("deep")))).toThrow("deep");
    await expect(renderToStringAsync(boundary(() => Promise.reject(new Error("deep"))))).rejects.toThrow("deep");
  });

  test("what failed itself throws goes further out", async () => {
    const nested = boundary(() => boundary(() => failing("a"), { failed: () => failing("b") }), {
      failed: (error) => (error as Error).message,
    });
    expect(renderToString(nested)).toBe("b");
    expect(await renderToStringAsync(nested)).toBe("b");
  });

  test("that fail later show what failed gives with what was handed down to their place", async () => {
    const key = contextKey("k", "none");
    const inner = (pending?: string) =>
      boundary(() => new Promise<never>((_, fail) => setImmediate(() => fail(new Error("x")))), {
        ...(pending === undefined ? {} : { pending }),
        failed: () => use(key, (value) => html`<b>${value}</b>`),
      });
    const page = (node: HtmlValue) =>
      html`${provide(key, "here", () => [node, "y"])}${provide(key, "there", () => Promise.resolve("z"))}`;
    expect(await renderToStringAsync(page(inner()))).toBe("<b>here</b>yz");
    expect((await pieces(page(inner("…")))).join("")).toContain("<b>here</b>");
  });

  test("leave large pages whole: nothing of a failed part has left", async () => {
    const large = html`<ul>${Array.from({ length: 3_000 }, (_, i) => html`<li>${i}</li>`)}</ul>${failing("late")}`;
    const node = html`<p>${boundary(() => large, { failed: () => "gone" })}</p>`;
    expect(renderToString(node)).toBe("<p>gone</p>");
    expect(Buffer.from(renderToBytes(node)).toString()).toBe("<p>gone</p>");
    expect((await pieces(node)).join("")).toBe("<p>gone</p>");
  });

  test("do not wait for what they have given up", async () => {
    const never = new Promise<string>(() => {});
    const node = boundary(() => [never, Promise.reject(new Error("x"))], { failed: () => "failed" });
    expect(await renderToStringAsync(node)).toBe("failed");
  });
});

describe("late boundaries", () => {
  test("let the page go on and follow behind it, in the order in which they are complete", async () => {
    const a = deferred<string>();
    const b = deferred<string>();
    const page = html`<main>${boundary(() => html`<p>${a.promise}</p>`, { pending: html`<i>wait</i>` })}-${boundary(
      () => html`<b>${b.promise}</b>`,
      { pending: "…" },
    )}</main>`;
    const chunks = renderToChunks(page, { nonce: "bm9uY2U=" });
    const first = Buffer.from((await chunks.next()) as Uint8Array).toString();
    expect(bodyAfter(first)).toBe(
      '<main><template id="bus-p1"></template><i>wait</i><!--/bus-p1-->-<template id="bus-p2"></template>…<!--/bus-p2--></main>',
    );
    b.resolve("B");
    const second = Buffer.from((await chunks.next()) as Uint8Array).toString();
    expect(second).toContain('<template id="bus-c2"><b>B</b></template><script nonce="bm9uY2U=">');
    a.resolve("A");
    const third = Buffer.from((await chunks.next()) as Uint8Array).toString();
    expect(chunks.next()).toBeUndefined();
    expect(bodyAfter(first + second + third)).toBe("<main><p>A</p>-<b>B</b></main>");
  });

  test("stand in their place when nothing in them has to be waited for, also when they fail at once", async () => {
    const page = html`<p>${boundary(() => html`<b>now</b>`, { pending: "…" })}${boundary(() => failing("x"), {
      pending: "…",
      failed: () => "failed",
    })}</p>`;
    expect(await pieces(page)).toEqual(["<p><b>now</b>failed</p>"]);
  });

  test("that fail are replaced by what failed gives", async () => {
    const page = html`<p>${boundary(() => Promise.reject(new Error("no")), { pending: "…", failed: () => html`<b>f</b>` })}</p>`;
    expect(bodyAfter((await pieces(page)).join(""))).toBe("<p><b>f</b></p>");
  });

  test("that fail without failed fail the page", async () => {
    await expect(
      pieces(html`<p>${boundary(() => Promise.reject(new Error("no")), { pending: "…" })}</p>`),
    ).rejects.toThrow("no");
  });

  test("that fail without failed show that of the boundary around in their place, once that has left", async () => {
    const late = deferred<string>();
    const page = (failed: (error: unknown) => HtmlValue): HtmlValue =>
      boundary(() => html`<p>kept ${boundary(() => html`<b>${late.promise}</b>`, { pending: "…" })}</p>`, { failed });
    const [shown, failing] = [
      pieces(page((error) => html`<em>${(error as Error).message}</em>`)),
      pieces(
        page((error) => {
          throw new Error(`again ${(error as Error).message}`);
        }),
      ).catch((error: Error) => error.message),
    ];
    await new Promise((turn) => setImmediate(turn));
    late.reject(new Error("late"));
    expect(bodyAfter((await shown).join(""))).toBe("<p>kept <em>late</em></p>");
    expect(await failing).toBe("again late");
  });

  test("within each other come outer first", async () => {
    const inner = deferred<string>();
    const outer = deferred<string>();
    const page = boundary(
      () => outer.promise.then((text) => html`<p>${text}${boundary(() => inner.promise, { pending: "i" })}</p>`),
      { pending: "o" },
    );
    const done = pieces(page);
    inner.resolve("inner");
    await null;
    outer.resolve("outer");
    expect(bodyAfter((await done).join(""))).toBe("<p>outerinner</p>");
  });

  test("wait for the outermost one, also where the one between needed no waiting", async () => {
    const [inner, rest] = [deferred<string>(), deferred<string>()];
    const between = boundary(() => html`<p>${boundary(() => inner.promise, { pending: "i" })}</p>`, { pending: "b" });
    const done = pieces(boundary(() => html`<div>${between}${rest.promise}</div>`, { pending: "o" }));
    inner.resolve("inner");
    await new Promise((turn) => setImmediate(turn));
    rest.resolve("rest");
    expect(bodyAfter((await done).join(""))).toBe("<div><p>inner</p>rest</div>");
  });

  test("in SVG, MathML and templates the page waits for them, because no script could put them there", async () => {
    const late = (): HtmlValue => new Promise<Html>((done) => setImmediate(() => done(html`<circle r="1"></circle>`)));
    const page = html`<svg><g>${boundary(late, { pending: "…" })}</g></svg><template>${boundary(late, { pending: "…" })}</template>`;
    expect((await pieces(page)).join("")).toBe(
      '<svg><g><circle r="1"></circle></g></svg><template><circle r="1"></circle></template>',
    );
  });

  test("rows of a table can be late", async () => {
    const row = new Promise<Html>((done) => setImmediate(() => done(html`<tr><td>1</td></tr>`)));
    const page = html`<table><tbody>${boundary(() => row, { pending: html`<tr><td>…</td></tr>` })}</tbody></table>`;
    expect(bodyAfter((await pieces(page)).join(""))).toBe("<table><tbody><tr><td>1</td></tr></tbody></table>");
  });

  test("end up as the page that waits for everything, whatever is nested", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const waited = `<div>${await renderToStringAsync(nodeOf(plan, true))}</div>`;
        const streamed = await pieces(html`<div>${nodeOf(plan, true, html`<i>wait</i>`)}</div>`);
        expect(bodyAfter(streamed.join(""))).toBe(bodyAfter(waited));
      }),
      { numRuns: runs(150) },
    );
  });

  test("take an inline script of less than 300 bytes each", () => {
    expect(replacement(99, "", "").length + placeholder(99).open.length).toBeLessThan(400);
    const script = /<script>(.*)<\/script>/.exec(replacement(99, "", ""))?.[0] ?? "";
    expect(script.length).toBeGreaterThan(0);
    expect(script.length).toBeLessThan(300);
  });
});
