import assert from "node:assert/strict";
import { expect, test, vi } from "vitest";
import { config, extend, process } from "../../client/core/index.ts";
import type { Case } from "./harness/format.ts";
import { runCase, type Subject } from "./harness/run.ts";

const subject: Subject = { name: "source", prefix: "bus-", has: [] };
const play = (one: Case): Promise<void> => runCase(one, subject);
const refresh = { "POST /x": { headers: { "Bus-Refresh": "true" } } };

test("a second copy of the script leaves the work to the first, and sets what the first one does", async () => {
  vi.resetModules();
  const copy = await import("../../client/core/index.ts");
  assert.notEqual(copy.config, config);
  const went: string[] = [];
  await play({
    name: "by the copy",
    body: `<p id="go" bus-post="/x"></p>`,
    routes: refresh,
    steps: [{ act: () => copy.config({ reload: () => went.push("by the copy") }) }, { click: "#go" }],
    expect: { seen: ["POST /x"] },
  });
  assert.deepEqual(went, ["by the copy"]);
});

test("config changes only what it names", async () => {
  const went: string[] = [];
  await play({
    name: "config",
    body: `<p id="go" bus-post="/x"></p><p id="b" bus-post="/y"></p>`,
    routes: { ...refresh, "POST /y": { headers: { "Bus-Redirect": "/z" } } },
    steps: [{ act: () => config({ navigate: (url) => went.push(url) }) }, { click: "#go" }, { click: "#b" }],
    expect: { went: ["reload"] },
  });
  assert.deepEqual(went, [`${location.origin}/z`]);
});

test("an extension that is added after the start is given the kit at once, and counts from then on", async () => {
  const kits: unknown[] = [];
  await play({
    name: "extend",
    body: `<p id="go" bus-post="/x"></p>`,
    steps: [{ act: () => extend({ init: (kit) => void kits.push(kit), request: () => false }) }, { click: "#go" }],
    expect: { seen: [], count: { ".bus-request": 0 } },
  });
  expect(kits).toEqual([globalThis.busbarConfig]);
});

test("process of what is active already changes nothing", () =>
  play({
    name: "process",
    body: `<p id="go" bus-post="/x" bus-trigger="click"></p>`,
    routes: { "POST /x": "" },
    steps: [{ act: () => process(document.body) }, { click: "#go" }],
    expect: { seen: ["POST /x"] },
  }));
