// None of these is a timer of the page: pages under test may stop or count those.

/** Calls `f` once all that happens right now has happened. */
export function afterwards(f: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    f();
  };
  port2.postMessage(null);
}

/** A function that calls `f` once, soon, however often it is called until then. */
export function soon(f: () => void, wait: (f: () => void) => void = afterwards): () => void {
  let isComing = false;
  return () => {
    if (isComing) return;
    isComing = true;
    wait(() => {
      isComing = false;
      f();
    });
  };
}

/** When the browser has nothing better to do, at the latest after a second. */
export function whenIdle(f: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(f, { timeout: 1_000 });
  else afterwards(f);
}
