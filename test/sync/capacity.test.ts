import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONSTANTS, capacity, MILLION, simulate } from "../../bench/sync/capacity.mjs";

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
  const { perNode } = capacity(MILLION);
  const { before, after } = simulate(MILLION);
  const number = (value: number): string => value.toLocaleString("en-US");
  const said = [
    `60 MB + C/N · ${CONSTANTS.connectionBytes / 1e3} kB + D k/N · (${CONSTANTS.documentBytes / 1e3} kB + S + a · ${CONSTANTS.textFactor} S)`,
    `/ ${number(CONSTANTS.editsPerCpuSecond)} +`,
    `/ ${number(CONSTANTS.heardPerCpuSecond)} +`,
    `/ ${number(CONSTANTS.deliveriesPerCpuSecond)}`,
    `memory / 1e6), ${Math.round((perNode["memoryBytes"] ?? 0) / 1e6)})`,
    ...[before, after].flatMap((node) => [
      number(node["connections"] ?? 0),
      number(node["documents"] ?? 0),
      `${Math.round((node["memoryBytes"] ?? 0) / 1e6)} MB`,
      (node["cpuShare"] ?? 0).toFixed(2),
    ]),
  ];
  for (const each of said) expect(page).toContain(each);
});
