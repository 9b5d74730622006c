import { PING } from "../../lib/wire/index.ts";
import { doc } from "./slots.ts";
import type { Live, More } from "./types.ts";

const PING_MS = 25_000;
const PROBE_MS = 5000;
/** A connection that has lasted so long was none that joins and breaks at once, which must not be asked for at full speed. */
const GOOD_MS = 2000;

/** Asks whether sockets are alive; leaves and comes back with the page. Once for a page. */
export const createPings = (): More => {
  const lives = new Set<Live>();
  const ping = (live: Live, waitMs: number): void => {
    const { _socket: socket } = live;
    if (doc.hidden || !socket) return;
    if (live._isJoined) live._send([PING, 0]);
    setTimeout(
      (heard: unknown) => {
        if (live._socket !== socket || live._heard !== heard) return;
        // Browsers wait a minute for the other side to say that it has heard of the end.
        (socket.onclose as () => void)(); // cast: it has not been called yet
        socket.onclose = undefined;
        socket.close();
      },
      waitMs,
      live._heard,
    );
  };
  const wake = (): void => {
    for (const live of lives) {
      if (live._isJoined)
        ping(live, PROBE_MS); // who has slept finds out soon
      else live._wake();
    }
  };
  for (const type of ["online", "visibilitychange"]) addEventListener(type, wake);
  // A page kept for going back to is without a socket; else nobody comes back.
  addEventListener("pagehide", ({ persisted }) => {
    for (const live of lives) live._stop(!persisted);
  });
  setInterval(() => {
    for (const live of lives) ping(live, PING_MS);
  }, PING_MS);
  return (live) => {
    lives.add(live);
    const receive = live._receive;
    // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
    live._receive = (frame) => receive((live._heard = frame));
    live._root.addEventListener("bus:live:connected", () => {
      setTimeout(
        (socket: unknown) => {
          if (live._socket === socket) live._failures = 0;
        },
        GOOD_MS,
        live._socket,
      );
    });
    live._signal.addEventListener("abort", () => lives.delete(live));
  };
};
