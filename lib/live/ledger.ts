import type { Output, SessionLimits } from "./instructions.ts";
import type { Ledger } from "./states.ts";

/** Forgets what the client has. */
export function acknowledge(ledger: Ledger, seq: number): Ledger {
  const first = ledger.sent[0];
  if (first === undefined || first.seq > seq) return ledger;
  return { ...ledger, sent: ledger.sent.filter((frame) => frame.seq > seq) };
}

/** Whether so much is in flight that renders wait. */
export function windowFull(ledger: Ledger, limits: SessionLimits): boolean {
  if (ledger.sent.length >= limits.windowFrames) return true;
  // A MOUNT alone may exceed the byte window; it must not stall the patch after it.
  if (ledger.sent.length < 2) return false;
  let bytes = 0;
  for (const frame of ledger.sent) bytes += frame.bytes.length;
  return bytes >= limits.windowBytes;
}

/** Takes one frame from the allowance, or says there is none: a token bucket. */
export function allow(ledger: Ledger, nowMs: number, limits: SessionLimits): Ledger | undefined {
  // A clock that jumps back must not take allowance away.
  const passedMs = Math.max(0, nowMs - ledger.allowanceAtMs);
  const allowance = Math.min(limits.frameBurst, ledger.allowance + (passedMs * limits.framesPerSecond) / 1000);
  if (allowance < 1) return undefined;
  return { ...ledger, allowance: allowance - 1, allowanceAtMs: nowMs, heardAtMs: nowMs };
}

/** Asks for a render, once. */
export function askRender(ledger: Ledger, out: Output[]): Ledger {
  if (ledger.rendering) return ledger;
  out.push({ kind: "render", what: "patch", fresh: false });
  return { ...ledger, rendering: true, dirty: false };
}

/** Starts the next waiting event, if none runs. */
export function runNext(ledger: Ledger, out: Output[]): Ledger {
  const [event, ...waiting] = ledger.waiting;
  if (ledger.running !== 0 || event === undefined) return ledger;
  out.push({ kind: "run", ref: event.ref, handler: event.handler, args: event.args });
  return { ...ledger, running: event.ref, waiting };
}
