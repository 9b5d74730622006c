import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";

const folder = mkdtempSync(join(tmpdir(), "busbar-inference-"));
let server: ChildProcess;
let origin: string;

interface Model {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly CLASSES: readonly string[];
}

beforeAll(async () => {
  ensureBuilt();
  const filter = (path: string): boolean => basename(path) !== "node_modules";
  cpSync(join(root, "examples/inference"), folder, { recursive: true, filter });
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  symlinkSync(root, join(folder, "node_modules/busbar"));
  server = spawn("node", ["server.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  origin = await new Promise((resolve, reject) => {
    server.stdout?.once("data", (line: Buffer) => resolve(String(line).trim()));
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
});

afterAll(() => {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const ask = (features: unknown): Promise<Response> =>
  fetch(`${origin}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ features }),
  });

/** The same by hand: softmax(x W + b). */
function byHand({ weights, bias }: Model, x: readonly number[]): number[] {
  const logits = bias.map((b, i) => x.reduce((sum, value, row) => sum + value * (weights[row]?.[i] ?? 0), b));
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

describe("the example that serves a model", () => {
  test("answers concurrent requests each with its own probabilities, in fewer runs than requests", async () => {
    const model = (await import(pathToFileURL(join(folder, "model.mjs")).href)) as Model; // cast: what the example exports
    const rows = Array.from({ length: 50 }, (_, i) => [i / 10, Math.sin(i), -i / 20, (i % 7) - 3]);
    const replies = await Promise.all(rows.map(ask));
    for (const [i, reply] of replies.entries()) {
      expect(reply.status).toBe(200);
      const got = (await reply.json()) as Record<string, number>; // cast: compared right below
      expect(Object.keys(got)).toEqual(model.CLASSES);
      for (const [at, p] of byHand(model, rows[i] ?? []).entries())
        expect(got[model.CLASSES[at] ?? ""]).toBeCloseTo(p, 5);
    }
    const counts = (await (await fetch(`${origin}/counts`)).json()) as { requests: number; runs: number }; // cast: compared right below
    expect(counts.requests).toBe(50);
    expect(counts.runs).toBeGreaterThan(0);
    expect(counts.runs).toBeLessThan(50);
  });

  test.each([
    ["three numbers", [1, 2, 3], 400],
    ["text", ["1", "2", "3", "4"], 400],
    ["numbers beyond what is sensible", [1, 2, 3, 1e9], 400],
    ["more bytes than are read", Array.from({ length: 1000 }, () => 1), 413],
  ])("refuses %s", async (_what, features, status) => {
    expect((await ask(features)).status).toBe(status);
  });

  test("ends when it is told to", async () => {
    const exit = once(server, "exit");
    server.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  });
});
