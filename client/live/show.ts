import { doc } from "./slots.ts";
import type { More, Socket } from "./types.ts";

/** As a document that can show one state becoming another. */
type Transitions = {
  startViewTransition?: (change: () => void) => {
    readonly updateCallbackDone: Promise<void>;
    readonly ready: Promise<void>;
  };
};

const transitional = doc as Transitions; // cast: newer than the DOM types

/**
 * Patches of a view that has an element with `bus-transition` are shown as view transitions, one after the other; to readers who prefer
 * reduced motion, at once.
 */
export const transitions: More = (live) => {
  const change = live._change;
  live._change = (act, isMount) => {
    if (
      transitional.startViewTransition &&
      live._root.querySelector("[bus-transition]") &&
      !matchMedia("(prefers-reduced-motion:reduce)").matches
    ) {
      const { ready, updateCallbackDone } = transitional.startViewTransition(() => void change(act, isMount));
      ready.catch(() => {}); // one that is skipped, as the page is hidden or the next one begins, is no error
      return updateCallbackDone;
    }
    return change(act, isMount);
  };
};

/** For development: an element with `bus-latency` says how many milliseconds each message takes, both ways. */
export const latency: More = (live) => {
  const open = live._open;
  const ms = Number(live._root.querySelector("[bus-latency]")?.getAttribute("bus-latency"));
  if (!ms) return;
  live._open = () => {
    const inner = open();
    const later =
      <T extends unknown[]>(act: (...args: T) => void) =>
      (...args: T): void =>
        void setTimeout(() => act(...args), ms);
    const socket: Socket = {
      send: later((bytes) => inner.send(bytes)),
      close: () => inner.close(),
    };
    inner.binaryType = "arraybuffer";
    inner.onopen = later(() => socket.onopen?.());
    inner.onmessage = later((event) => socket.onmessage?.(event));
    inner.onclose = later(() => socket.onclose?.());
    return socket;
  };
};
