// Counts the time in which scripts run, and not the time in which they wait. A segment begins where the page's scripts are
// entered (a click, a timer, a frame) and ends when the microtasks that follow are done. Layout and paint lie between
// segments, unless a script forces them.
const TURNS = 256; // microtasks in a row that may follow one on the other
const SOON_MS = 400; // later timers are guards (time-outs, progress bars): nobody waits for them
const CALIBRATIONS = 200;

const real = {
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
};

/** Makes the clock of this page. It takes the place of timers and frames, so it comes before what is measured. */
export async function createClock() {
  const pending = new Set();
  let total = 0;
  let open = 0;
  let overhead = 0;

  /** Runs a function, and counts it and what follows in microtasks. */
  function timed(run) {
    const start = performance.now();
    open++;
    try {
      return run();
    } finally {
      settled().then(() => {
        total += performance.now() - start - overhead;
        open--;
      });
    }
  }

  function later(schedule, cancel, isSoon) {
    const start = (run, delay, ...rest) => {
      if (typeof run !== "function" || !isSoon(delay)) return schedule(run, delay, ...rest);
      const id = schedule(
        (...given) => {
          pending.delete(`${schedule.name} ${id}`);
          timed(() => run(...given));
        },
        delay,
        ...rest,
      );
      pending.add(`${schedule.name} ${id}`);
      return id;
    };
    const stop = (id) => {
      pending.delete(`${schedule.name} ${id}`);
      cancel(id);
    };
    return [start, stop];
  }

  for (let i = 0; i < CALIBRATIONS; i++) {
    timed(() => {});
    await settled();
    await settled();
  }
  overhead = total / CALIBRATIONS;
  total = 0;
  [window.setTimeout, window.clearTimeout] = later(real.setTimeout, real.clearTimeout, (ms = 0) => ms <= SOON_MS);
  [window.requestAnimationFrame, window.cancelAnimationFrame] = later(
    real.requestAnimationFrame,
    real.cancelAnimationFrame,
    () => true,
  );

  return {
    timed,
    settled,
    /** Milliseconds counted so far, and back to nothing. */
    take() {
      const taken = total;
      total = 0;
      return taken;
    },
    isRunning: () => open > 0,
    isIdle: () => open === 0 && pending.size === 0,
    nextTask: () => new Promise((resolve) => real.setTimeout(resolve, 0)),
    /** After the page has been drawn. */
    nextFrame: () => new Promise((resolve) => real.requestAnimationFrame(() => real.setTimeout(resolve, 0))),
  };
}

async function settled() {
  for (let i = 0; i < TURNS; i++) await undefined;
}
