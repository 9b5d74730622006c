import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What stands between a process and a server: a line that can fail. */
export interface Line {
  /** The server's address, by this line. */
  readonly url: string;
  /** Ends all that goes over it; `isUp`: whether what comes next gets through. */
  cut(isUp: boolean): void;
  /** Takes everything and passes on nothing, as where a cable was pulled; or goes on. */
  hold(isHeld: boolean): void;
  close(): Promise<void>;
}

/** A line to a server on this machine. */
export async function createLine(to: string): Promise<Line> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let isUp = true;
  let isHeld = false;
  const server = createServer((near) => {
    if (!isUp) return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [from, on] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (isHeld) from.pause();
      from.on("data", (bytes) => on.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        on.destroy();
      });
      if (isHeld) from.pause();
    }
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  const cut = (up: boolean): void => {
    isUp = up;
    isHeld = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    cut,
    hold(held) {
      isHeld = held;
      for (const socket of sockets) {
        if (held) socket.pause();
        else socket.resume();
      }
    },
    async close() {
      cut(false);
      server.close();
      await once(server, "close");
    },
  };
}
