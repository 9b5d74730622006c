import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { createPool, type Pool } from "../../adapters/workers/pool.ts";
import type { RenderersOptions } from "../../adapters/workers/types.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { type HtmlValue, html, renderToBytes, renderToBytesAsync } from "../../lib/html/index.ts";
import { root } from "../helpers/imports.ts";
import * as pages from "./workers-pages.ts";

const folder = mkdtempSync(join(tmpdir(), "busbar-workers-"));
const urlOf = (name: string): URL => pathToFileURL(join(folder, name));
const open: Pool[] = [];

beforeAll(async () => {
  // One bundle with shared parts: the thread and the pages have one copy of html, as in an installed package.
  await build({
    entryPoints: [join(root, "adapters/workers/thread.ts"), join(root, "test/adapters/workers-pages.ts")],
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", outdir: folder, entryNames: "[name]" },
  });
  writeFileSync(join(folder, "broken.js"), 'throw Object.assign(new Error("no module"), { code: "E_BROKEN" });');
  writeFileSync(join(folder, "endless.js"), "setInterval(() => {}, 1000); await new Promise(() => {});");
  // fails on the thread that comes first, and takes its time on the others
  writeFileSync(
    join(folder, "first.js"),
    `import { mkdirSync } from "node:fs";
     let isFirst = true;
     try { mkdirSync(new URL("first", import.meta.url)); } catch { isFirst = false; }
     if (isFirst) throw new Error("not this one");
     await new Promise((resolve) => setTimeout(resolve, 300));
     export const page = () => new Uint8Array([1]);`,
  );
  // fails the first two times it is imported
  writeFileSync(
    join(folder, "late.js"),
    `import { existsSync, writeFileSync } from "node:fs";
     for (const mark of ["1", "2"]) {
       const file = new URL(mark, import.meta.url);
       if (!existsSync(file)) { writeFileSync(file, ""); throw new Error("not yet"); }
     }
     export const page = () => new Uint8Array([1]);`,
  );
});
afterEach(() => Promise.all(open.splice(0).map((pool) => pool.close({ graceMs: 0 }))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(options: Partial<RenderersOptions> = {}): Pool {
  const pool = createPool({ module: urlOf("workers-pages.js"), threads: 1, ...options }, urlOf("thread.js"));
  open.push(pool);
  return pool;
}

const rows = (count: number): pages.TableProps => ({
  rows: Array.from({ length: count }, (_, id) => ({ id, name: `<row> "${id}" é` })),
});
const bytesOf = (node: HtmlValue): Uint8Array => renderToBytes(node);

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2);
}

describe("renderers", () => {
  test("give the bytes that rendering here gives, as the caller's own", async () => {
    const pool = start({ threads: 2 });
    for (const count of [0, 1, 10, 500, 5000]) {
      const bytes = await pool.render("table", rows(count));
      assert.deepEqual(bytes, bytesOf(pages.table(rows(count))));
      assert.equal(bytes.buffer.byteLength, bytes.byteLength);
      assert.ok(bytes.buffer instanceof ArrayBuffer);
    }
    assert.deepEqual(await pool.render("hole"), await renderToBytesAsync(pages.hole()));
    assert.deepEqual(await pool.render("later", { ms: 2 }), bytesOf(await pages.later({ ms: 2 })));
    assert.deepEqual(
      await pool.render("script", undefined, { nonce: "abc" }),
      renderToBytes(pages.script(), { nonce: "abc" }),
    );
    assert.deepEqual(await pool.render("rendered"), new Uint8Array(pages.rendered()));
    assert.equal(pool.stats().rendered, 9);
  });

  test("give errors back with their name, message, code, cause and stack", async () => {
    const pool = start();
    const far = await pool.render("failing").catch((error: unknown) => error);
    assert.ok(far instanceof Error && "code" in far && far.stack?.includes("workers-pages.js"));
    assert.deepEqual([far.name, far.message, far.code], ["RangeError", "too far", "E_FAR"]);
    const coded = await pool.render("coded").catch((error: unknown) => error);
    assert.ok(isCodedError(coded) && coded.hint !== "");
    assert.deepEqual([coded.code, coded.message], ["POOL_OUT_OF_RANGE", "coded"]);
    assert.ok(coded.cause instanceof Error && "code" in coded.cause && coded.cause.code === "E_INNER");
    await assert.rejects(pool.render("failing", { what: "text" }), { message: "only text" });
    await assert.rejects(pool.render("failing", { what: "nothing" }), /has no text/);
    assert.equal(pool.stats().failed, 4);
  });

  test.each(["missing", "notAPage", "__proto__", "constructor", "toString"])("have no page %s", async (name) => {
    await assert.rejects(start().render(name), { code: "WORKERS_NO_PAGE" });
  });

  test("refuse props that cannot be cloned, and go on", async () => {
    const pool = start();
    await assert.rejects(pool.render("table", { rows: () => 1 }), { code: "WORKERS_BAD_PROPS" });
    const waiting = [
      pool.render("later", { ms: 5 }),
      pool.render("table", { rows: () => 1 }),
      pool.render("table", rows(1)),
    ];
    assert.deepEqual(
      (await Promise.allSettled(waiting)).map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  test("end a thread whose page takes too long, and only that page fails", async () => {
    const pool = start({ timeoutMs: 150 });
    await pool.render("table", rows(1)); // the thread has started
    const stuck = pool.render("stuck");
    const behind = pool.render("table", rows(2));
    await assert.rejects(stuck, { code: "WORKERS_TIMEOUT" });
    assert.deepEqual(await behind, bytesOf(pages.table(rows(2))));
    assert.deepEqual([pool.stats().timedOut, pool.stats().crashed], [1, 0]);
  });

  test.each([
    ["exits", {}],
    ["throwsLater", {}],
    ["eats", { resourceLimits: { maxOldGenerationSizeMb: 16 } }],
  ])("replace a thread on which a page %s", async (name, options) => {
    const pool = start(options);
    const crashing = pool.render(name);
    const behind = pool.render("table", rows(3));
    await assert.rejects(crashing, { code: "WORKERS_CRASHED" });
    assert.deepEqual(await behind, bytesOf(pages.table(rows(3))));
    assert.equal(pool.stats().crashed, 1);
  });

  test("a crash on one thread leaves the other threads' pages alone", async () => {
    const pool = start({ threads: 2 });
    const results = await Promise.allSettled([
      pool.render("later", { ms: 60 }),
      pool.render("exits"),
      ...Array.from({ length: 10 }, () => pool.render("table", rows(1))),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status).filter((status) => status === "rejected"),
      ["rejected"],
    );
  });

  test("refuse more than may wait", async () => {
    const pool = start({ maxQueue: 2 });
    await pool.render("table", rows(1));
    const taken = [1, 2, 3].map(() => pool.render("later", { ms: 20 }));
    assert.deepEqual([pool.stats().busy, pool.stats().waiting], [1, 2]);
    await assert.rejects(pool.render("table", rows(1)), { code: "WORKERS_QUEUE_FULL" });
    await Promise.all(taken);
    await pool.render("table", rows(1));
  });

  test("let nobody wait in a line whose length is no number", async () => {
    const pool = start({ maxQueue: Number.NaN });
    await assert.rejects(pool.render("table", rows(1)), { code: "WORKERS_QUEUE_FULL" });
  });

  test("drop a page nobody waits for: in line, under way, and before it was asked for", async () => {
    const pool = start();
    const flag = new SharedArrayBuffer(4);
    const word = new Int32Array(flag);
    const [first, second] = [new AbortController(), new AbortController()];
    const running = pool.render("untilAborted", { flag }, { signal: first.signal });
    const waiting = pool.render("table", rows(1), { signal: second.signal });
    const behind = pool.render("table", rows(2));
    await until(() => Atomics.load(word, 0) === 1);
    second.abort(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    assert.equal(pool.stats().waiting, 1);
    first.abort(new Error("left"));
    await assert.rejects(running, /left/);
    assert.deepEqual(await behind, bytesOf(pages.table(rows(2))));
    assert.equal(Atomics.load(word, 0), 2); // the page itself was told
    await assert.rejects(pool.render("table", rows(1), { signal: AbortSignal.abort(new Error("never")) }), /never/);
  });

  test("say why when no thread can import the module, and try again", async () => {
    const broken = start({ module: urlOf("broken.js"), threads: 2 });
    const failure = await broken.render("table", rows(1)).catch((error: unknown) => error);
    assert.ok(isCodedError(failure) && failure.code === "WORKERS_START_FAILED");
    assert.ok(failure.cause instanceof Error && "code" in failure.cause && failure.cause.code === "E_BROKEN");
    const endless = start({ module: urlOf("endless.js"), startTimeoutMs: 50 });
    await assert.rejects(endless.render("page"), { code: "WORKERS_START_FAILED" });
    const late = start({ module: urlOf("late.js") });
    await until(() => late.stats().ready === 1);
    assert.deepEqual(await late.render("page"), new Uint8Array([1]));
    assert.equal(late.stats().crashed, 2);
  });

  test("wait for the other threads when one cannot import the module", async () => {
    const pool = start({ module: urlOf("first.js"), threads: 2 });
    assert.deepEqual(await pool.render("page"), new Uint8Array([1]));
    assert.equal(pool.stats().crashed, 1);
  });

  test("close when what was asked for is done, and take nothing more", async () => {
    const pool = start();
    const asked = [pool.render("later", { ms: 20 }), pool.render("table", rows(1))];
    const closing = pool.close();
    assert.equal(pool.close(), closing);
    await assert.rejects(pool.render("table", rows(1)), { code: "WORKERS_CLOSED" });
    await closing;
    assert.equal((await Promise.all(asked)).length, 2);
    assert.equal(pool.stats().ready, 0);
  });

  test("give up what is left when the grace of closing is over", async () => {
    const pool = start();
    const left = [pool.render("stuck"), pool.render("table", rows(1))];
    const settled = Promise.allSettled(left);
    await until(() => pool.stats().busy === 1);
    await pool.close({ graceMs: 10 });
    for (const one of await settled) assert.ok(one.status === "rejected" && one.reason.code === "WORKERS_CLOSED");
  });

  test("take any limit of time that is longer than a timer can be as none", async () => {
    for (const longest of [2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY]) {
      const pool = start({ timeoutMs: longest, startTimeoutMs: longest });
      const asked = pool.render("later", { ms: 30 });
      await pool.close({ graceMs: longest });
      assert.deepEqual(await asked, bytesOf(html`<p>30</p>`));
    }
  });

  test("do not mind what a page says to its parent", async () => {
    const pool = start();
    const asked = ["talks", "talks", "script"].map((name) => pool.render(name));
    const said = bytesOf(html`<p>said`);
    assert.deepEqual(await Promise.all(asked), [said, said, bytesOf(pages.script())]);
    assert.deepEqual([pool.stats().crashed, pool.stats().rendered], [0, 3]);
  });

  test("leave nothing behind after a thousand renders", async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => /Message|Timeout|Worker/.test(name)).length;
    const before = handles();
    const pool = start({ threads: 2, maxQueue: 1000 });
    const asked = Array.from({ length: 1000 }, (_, i) => pool.render("table", rows(i % 7)));
    assert.ok(handles() > before);
    const all = await Promise.all(asked);
    all.forEach((bytes, i) => {
      assert.deepEqual(bytes, bytesOf(pages.table(rows(i % 7))));
    });
    assert.deepEqual([pool.stats().busy, pool.stats().waiting, pool.stats().rendered], [0, 0, 1000]);
    await pool.close();
    assert.ok(handles() <= before);
  });

  test("run on 1 to 512 threads", () => {
    for (const threads of [0, 513, 1.5, Number.NaN])
      assert.throws(() => start({ threads }), { code: "POOL_OUT_OF_RANGE" });
  });
});
