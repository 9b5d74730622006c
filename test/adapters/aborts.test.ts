import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { PHASES, type Phase, type Probe } from "./abort-phases.ts";
import { openSocket, rawRequest, until } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { PLAIN_HOSTS } from "./hosts.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag puts it there

/** Ways to leave: by closing, and by a reset. */
const WAYS: readonly ((socket: Socket) => void)[] = [
  (socket) => void socket.destroy(),
  (socket) => void socket.resetAndDestroy(),
];

const ROUNDS = 4;

const stray: unknown[] = [];
const note = (error: unknown): void => void stray.push(error);
beforeAll(() => {
  process.on("unhandledRejection", note).on("uncaughtException", note);
  vi.spyOn(console, "error").mockImplementation(() => {}); // hosts tell what handlers throw, and Koa of everyone who leaves
});
afterAll(() => {
  process.off("unhandledRejection", note).off("uncaughtException", note);
  vi.restoreAllMocks();
});

describe.each(PLAIN_HOSTS)("a client of $name that leaves", (host) => {
  let server: Running;
  beforeEach(() => void stray.splice(0));

  test.each(PHASES)("$name", async (phase) => {
    const probe: Probe = { reached: 0, reasons: [], ended: 0, errors: [], contexts: [] };
    const reports: unknown[] = [];
    const app = createApp({ platform: { ...nodePlatform, report: (error) => reports.push(error) } });
    app.get("/other", (c) => c.text("served"));
    phase.add(app, probe);
    server = await host.start(app);
    try {
      let expected = 0;
      for (const leave of WAYS) {
        for (let round = 0; round < ROUNDS; round++) {
          await visit(server.origin, phase, probe, ++expected, leave);
        }
      }
      if (phase.unheard === undefined) {
        await until(() => probe.reasons.length === expected);
        assert.deepEqual([...new Set(probe.reasons)], ["APP_CLIENT_GONE"]);
      }
      if (phase.source === true) await until(() => probe.ended >= expected);
      assert.deepEqual(
        [...new Set(probe.errors)].filter((code) => code !== "APP_CLIENT_GONE"),
        [],
      );
      const other = "GET /other HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      assert.match(await rawRequest(server.origin, [other]), /served$/);
      await expect.poll(() => held(probe)).toBeLessThanOrEqual(2); // the last ones may stand in some register
      await expect.poll(openSockets).toBe(0);
      if (phase.source === true) assert.equal(probe.ended, expected);
      assert.deepEqual(stray, []);
      assert.deepEqual(reports, []);
    } finally {
      await server.close();
    }
  });
});

async function visit(
  origin: string,
  phase: Phase,
  probe: Probe,
  expected: number,
  leave: (socket: Socket) => void,
): Promise<void> {
  const socket = await openSocket(origin);
  let text = "";
  if (phase.until !== undefined) socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.write(phase.sends, "latin1");
  await until(() => probe.reached >= expected && (phase.until?.test(text) ?? true));
  leave(socket);
}

function held(probe: Probe): number {
  collect();
  return probe.contexts.filter((ref) => ref.deref() !== undefined).length;
}

/** Connections of this process, the server's and the test's. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}
