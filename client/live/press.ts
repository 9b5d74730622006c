import { doc } from "./slots.ts";
import type { More } from "./types.ts";

/** What a click is lost on if it moves away, or goes, between press and release. Not what is drawn along while it is pressed, and answered meanwhile. */
const PRESSED = ":is(a,button,summary,input:not([type=range])):active";
const REST_MS = 20;
/** A second for each press: who holds a button down for longer, or draws it somewhere, sees what comes. */
const RESTS = 50;

/** What comes while something is pressed, by a pointer or the space bar, waits for its click: browsers fire none where press and release differ. */
export const waitForClick: More = (live) => {
  const before = live._before as NonNullable<typeof live._before>; // cast: frames.ts comes first
  let pressed: Element | null | undefined;
  let rests: number;
  live._before = async (frame) => {
    // Whatever is pressed, the root is active, too: it alone is asked most of the time.
    while (doc.documentElement.matches(":active")) {
      const now = doc.querySelector(PRESSED);
      if (now !== pressed) rests = RESTS;
      pressed = now;
      if (!now || rests-- < 1) break;
      await new Promise((go) => setTimeout(go, REST_MS));
    }
    await before(frame);
  };
};
