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
  const ping = (live: Live): void => {
    if (doc.hidden) return;
    if (!live._isHeard) live._socket?.close();
    else if (live._isJoined) live._send([PING, 0]);
    live._isHeard = false;
  };
  const wake = (): void => {
    for (const live of lives) {
      if (live._isJoined) {
        ping(live);
        setTimeout(ping, PROBE_MS, live); // who has slept finds out soon
      } else live._wake();
    }
  };
  for (const type of ["online", "visibilitychange"]) addEventListener(type, wake);
  // A page kept for going back to is without a socket; else nobody comes back.
  addEventListener("pagehide", ({ persisted }) => {
    for (const live of lives) live._stop(!persisted);
  });
  setInterval(() => lives.forEach(ping), PING_MS);
  return (live) => {
    lives.add(live);
    const receive = live._receive;
    live._isHeard = true;
    live._receive = (frame) => {
      live._isHeard = true;
      return receive(frame);
    };
    const socket = (): unknown => live._isJoined && live._socket;
    const look = (): void => {
      const now = socket();
      setTimeout(() => {
        if (now && now === socket()) live._failures = 0;
      }, GOOD_MS);
    };
    live._root.addEventListener("bus:live:connected", look);
    look();
    live._signal.addEventListener("abort", () => lives.delete(live));
  };
};
