// At most so many at once; the others wait in order.
const CHUNK = 1024; // of those that have waited: dropped together, as shifting one costs what all cost

export function createSemaphore(permits) {
  let free = permits;
  const waiting = [];
  let head = 0;

  const release = () => {
    if (head === waiting.length) {
      free++;
      return;
    }
    const next = waiting[head];
    waiting[head++] = undefined;
    if (head === CHUNK) {
      waiting.splice(0, CHUNK);
      head = 0;
    }
    next();
  };
  return {
    /** Runs `f` when there is a permit for it. */
    async run(f) {
      if (free > 0) free--;
      else await new Promise((resolve) => waiting.push(resolve));
      try {
        return await f();
      } finally {
        release();
      }
    },
  };
}
