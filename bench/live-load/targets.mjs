// What the issue asks of a process under load.
const SESSIONS = 10_000;
const PER_SECOND = 1000;
const MOST_MS = 20;

/** One verdict for each live subject: `{ target, value, met, miss }`. */
export function judge(measured, load) {
  return measured
    .flatMap(withFalling)
    .filter(({ kind }) => kind !== "ws")
    .map(({ name, count, loaded }) => {
      const target = `${name}: ${SESSIONS.toLocaleString("en-US")} idle sessions and ${PER_SECOND.toLocaleString("en-US")} events/s in one process, p99 under ${MOST_MS} ms`;
      const value = `${count.toLocaleString("en-US")} sessions, ${Math.round(loaded.answers / (loaded.wallMs / 1000)).toLocaleString("en-US")} answers/s, p99 ${loaded.p99.toFixed(2)} ms`;
      const misses = [
        count < SESSIONS ? `${SESSIONS - count} sessions too few` : "",
        load.perSecond < PER_SECOND ? `${load.perSecond} events/s are too few` : "",
        loaded.answers < loaded.events ? `${loaded.events - loaded.answers} events without an answer` : "",
        loaded.p99 < MOST_MS ? "" : `p99 by ${Math.ceil((loaded.p99 / MOST_MS - 1) * 100)} %`,
      ].filter(Boolean);
      return { target, value, met: misses.length === 0, miss: misses.join("; ") };
    });
}

/** What was measured while sessions fell asleep stands in front of what was when they did. */
export function withFalling({ falling, ...one }) {
  return falling === undefined ? [one] : [{ ...one, ...falling, name: `${one.name}: while they fall` }, one];
}
