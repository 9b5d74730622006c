import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { checkLeaks, type Leak, type LeakOptions } from "../../adapters/node/index.ts";
import { html, renderToBytes } from "../../lib/html/index.ts";
import { createBufferPool } from "../../lib/pool/index.ts";

/** What is left of `f`, without waiting long for it. */
async function leaksOf(f: () => unknown, options: LeakOptions = {}): Promise<readonly Leak[]> {
  try {
    await checkLeaks(f, { graceMs: 30, ...options });
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "NODE_LEAKS" });
    return (error as { value: readonly Leak[] }).value; // cast: what the code promises
  }
}

describe("a check for leaks", () => {
  test("gives what the function gave, when nothing is left", async () => {
    expect(await checkLeaks(() => 7)).toBe(7);
    expect(await checkLeaks(async () => (await sleep(1)) ?? "done")).toBe("done");
  });

  test("passes the function's own error on", async () => {
    await expect(checkLeaks(() => Promise.reject(new RangeError("mine")))).rejects.toThrow(RangeError);
  });

  test("names timers with the line that started them, unref'd ones too", async () => {
    const timers: NodeJS.Timeout[] = [];
    const leaks = await leaksOf(() => {
      timers.push(
        setInterval(() => {}, 60_000).unref(),
        setTimeout(() => {}, 60_000),
      );
    });
    expect(leaks).toMatchObject([{ what: "Timeout", count: 2 }]);
    expect(leaks[0]?.where).toMatch(/check-leaks\.test\.ts:\d+:\d+$/);
    for (const timer of timers) clearTimeout(timer);
  });

  test("waits for what ends by itself", async () => {
    expect(await leaksOf(() => void setTimeout(() => {}, 20), { graceMs: 5000 })).toEqual([]);
  });

  test("names servers and connections, also those begun later", async () => {
    const server = createServer((_, response) => response.end("hi"));
    const leaks = await leaksOf(async () => {
      await Promise.resolve();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number }; // cast: it listens on a port
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
    });
    expect(leaks.map(({ what }) => what)).toEqual(expect.arrayContaining(["TCPSERVERWRAP", "TCPWRAP"]));
    server.closeAllConnections();
    server.close();
  });

  test("sees nothing of what others begin meanwhile", async () => {
    let timer: NodeJS.Timeout | undefined;
    const other = sleep(5).then(() => {
      timer = setTimeout(() => {}, 60_000);
    });
    expect(await leaksOf(() => sleep(15))).toEqual([]);
    await other;
    clearTimeout(timer);
  });

  test("names listeners that were added and stayed", async () => {
    const bus = new EventEmitter().on("message", () => {});
    const leaks = await leaksOf(
      () => {
        bus.on("message", () => {}).on("close", () => {});
        bus.once("open", () => {}).emit("open");
      },
      { emitters: { bus } },
    );
    expect(leaks).toEqual([
      { what: "bus: message", count: 1, where: undefined },
      { what: "bus: close", count: 1, where: undefined },
    ]);
  });

  test("counts what it is told to: a lease that is not given back", async () => {
    const pool = createBufferPool();
    const counts = { leases: (): number => pool.stats().leases };
    const page = html`<p>${"hi"}</p>`;
    expect(await leaksOf(() => renderToBytes(page, { pool }).release(), { counts })).toEqual([]);
    const leaks = await leaksOf(() => void renderToBytes(page, { pool }), { counts });
    expect(leaks).toEqual([{ what: "leases", count: 1, where: undefined }]);
  });

  test("leaves out what may stay", async () => {
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer = setTimeout(() => {}, 60_000);
    };
    expect(await leaksOf(begin, { ignore: ({ what }) => what === "Timeout" })).toEqual([]);
    clearTimeout(timer);
  });

  test("says all of it in its message", async () => {
    const bus = new EventEmitter();
    const leak = (): void => void bus.on("a", () => {}).on("a", () => {});
    await expect(checkLeaks(leak, { emitters: { bus }, graceMs: 0 })).rejects.toThrow("2 bus: a");
  });
});
