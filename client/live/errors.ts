import type { More } from "./types.ts";

/** Says what went wrong, and gives up where that is final. */
export const tellErrors: More = (live) => {
  live._fail = (code, ref, afterMs) => {
    live._retryAfterMs = afterMs;
    live._emit("error", { code, ref });
    // LIVE_REFUSED and LIVE_TAKEN_OVER are final.
    if (/REF|TAK/.test(code)) live._stopped.abort();
    // A page that was never let in would be refused again: only one that once lived is worth a reload.
    if (/REF/.test(code) && live._emit("refused") && live._epoch) location.reload();
  };
};
