import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { capacity, MILLION, simulate, statements } from "../../bench/sync/capacity.mjs";

const world = { ...MILLION, documents: 50_000, connections: 20_000, nodes: 8 };

test("the formula for many processes agrees with a world that is played edit by edit", () => {
  const { perNode } = capacity(world);
  const { before, after } = simulate(world, { seconds: 40 });
  for (const [key, mean] of Object.entries(perNode)) {
    const busiest = before[key] ?? assert.fail(key);
    assert.ok(busiest > mean * 0.97 && busiest < mean * 1.12, `${key}: ${busiest} played, ${mean} on paper`);
  }
  assert.ok(
    (after["connections"] ?? 0) > (world.connections / (world.nodes - 1)) * 0.99,
    "those of the killed node are on others",
  );
});

test("sticky sessions or one process: a document is in memory once", () => {
  const { copies, perNode } = capacity({ ...world, nodes: 1 });
  assert.equal(copies, 1);
  assert.equal(perNode["heard"], 0);
});

test("the page that explains the formula has its constants and its example", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/scaling.md"), "utf8");
  for (const statement of statements()) expect(page).toContain(statement);
});
