import { type Content, ERROR, encodeLiveFrame, MOUNT, type Operation, type TemplateSource } from "../../wire/index.ts";
import type { Output, SessionLimits } from "./instructions.ts";
import { encodePatch } from "./patch-bytes.ts";
import type { Ledger, Turn } from "./states.ts";

/** Forgets what the client has. */
export function acknowledge(ledger: Ledger, seq: number): void {
  const { sent, answers } = ledger;
  for (let first = sent[0]; first !== undefined && first.seq <= seq; first = sent[0]) {
    ledger.sentBytes -= first.bytes.length;
    sent.shift();
  }
  for (let first = answers[0]; first !== undefined && first.seq < seq; first = answers[0]) answers.shift();
}

/** Whether so much is in flight that renders wait. */
export function windowFull(ledger: Ledger, limits: SessionLimits): boolean {
  const { length } = ledger.sent;
  // A MOUNT alone may exceed the byte window; it must not stall the patch after it.
  return length >= limits.windowFrames || (length > 1 && ledger.sentBytes >= limits.windowBytes);
}

/** Takes one frame and its bytes from the allowances, or says there are none: two token buckets. */
export function pay(ledger: Ledger, bytes: number, nowMs: number, limits: SessionLimits): boolean {
  refill(ledger, nowMs, limits);
  if (ledger.allowance < 1 || ledger.byteAllowance < bytes) return false;
  ledger.allowance--;
  ledger.byteAllowance -= bytes;
  ledger.heardAtMs = nowMs;
  return true;
}

function refill(ledger: Ledger, nowMs: number, limits: SessionLimits): void {
  // A clock that jumps back must not take allowance away.
  const passed = nowMs > ledger.allowanceAtMs ? (nowMs - ledger.allowanceAtMs) / 1000 : 0;
  ledger.allowance = Math.min(limits.frameBurst, ledger.allowance + passed * limits.framesPerSecond);
  ledger.byteAllowance = Math.min(limits.byteBurst, ledger.byteAllowance + passed * limits.bytesPerSecond);
  ledger.allowanceAtMs = nowMs;
}

/** The share of what may come at once below which a client is made to wait for its next piece of a file. */
const EASE = 0.25;

/**
 * Sends what is held of answers to uploads once the allowances have recovered: whoever waits for an answer before the next piece never exceeds them.
 * @returns When to come back, if anything is still held.
 */
export function sendHeld(ledger: Ledger, nowMs: number, limits: SessionLimits, out: Output[]): number | undefined {
  const { held } = ledger;
  if (held.length === 0) return undefined;
  refill(ledger, nowMs, limits);
  const frames = limits.frameBurst * EASE - ledger.allowance;
  const bytes = limits.byteBurst * EASE - ledger.byteAllowance;
  if (frames > 0 || bytes > 0) {
    return nowMs + Math.ceil(1000 * Math.max(frames / limits.framesPerSecond, bytes / limits.bytesPerSecond));
  }
  for (const answer of held) out.push({ kind: "send", bytes: answer });
  held.length = 0;
  return undefined;
}

/** Asks for a render, once. */
export function askRender(ledger: Ledger, out: Output[]): void {
  if (ledger.isRendering) return;
  ledger.isRendering = true;
  ledger.isDirty = false;
  out.push(RENDER);
}

const RENDER: Output = { kind: "render" };

/** Starts it, or lets it wait for its turn. */
export function runInTurn(ledger: Ledger, turn: Turn, out: Output[]): void {
  if (ledger.running !== 0 || ledger.waiting.length > 0) {
    ledger.waiting.push(turn);
    runNext(ledger, out);
    return;
  }
  ledger.running = turn.ref;
  out.push(turn);
}

/** Starts what is next in turn, if nothing runs. */
export function runNext(ledger: Ledger, out: Output[]): void {
  if (ledger.running !== 0) return;
  const turn = ledger.waiting.shift();
  if (turn === undefined) return;
  ledger.running = turn.ref;
  out.push(turn);
}

/** Keeps an answer until the client must have it; of too many, the newest. */
export function keepAnswer(ledger: Ledger, bytes: Uint8Array, limits: SessionLimits, lost?: number): void {
  const { answers } = ledger;
  answers.push({ seq: ledger.seq, bytes, lost });
  let size = 0;
  for (const answer of answers) size += answer.bytes.length;
  while (answers.length > limits.waitingEvents || (answers.length > 1 && size > limits.windowBytes)) {
    size -= answers.shift()?.bytes.length ?? 0;
  }
}

/** What became of an event, nobody knows: it does not run again, and nobody is told that it went well. */
export function keepUnknown(ledger: Ledger, ref: number, limits: SessionLimits): void {
  ledger.seen = Math.max(ledger.seen, ref);
  ledger.handled = Math.max(ledger.handled, ref);
  keepAnswer(ledger, encodeLiveFrame([ERROR, "LIVE_EVENT_UNKNOWN", ref, 0]), limits, ref);
}

/** Encodes a patch and keeps it until it is acknowledged. */
export function storePatch(ledger: Ledger, operations: readonly Operation[]): Uint8Array {
  const seq = ledger.seq + 1;
  const bytes = encodePatch(seq, ledger.handled, operations, ledger.takesMany); // throws before anything is changed
  storeFrame(ledger, seq, bytes);
  return bytes;
}

/** Takes a whole page in place of a patch into the window. @returns its frame. */
export function storePage(ledger: Ledger, templates: readonly TemplateSource[], content: Content): Uint8Array {
  const seq = ledger.seq + 1;
  const bytes = encodeLiveFrame([MOUNT, ledger.epoch, seq, templates, content]);
  storeFrame(ledger, seq, bytes);
  return bytes;
}

/** Takes a frame with a seq of its own into the window. */
export function storeFrame(ledger: Ledger, seq: number, bytes: Uint8Array): void {
  ledger.seq = seq;
  ledger.sentBytes += bytes.length;
  ledger.sent.push({ seq, bytes });
}

/** Whether an encoded frame is a MOUNT: the type stands behind the head of a short array. */
export function isMount(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0xf0) === 0x90 && bytes[1] === MOUNT;
}

/** Forgets what was sent: the client gets a whole page instead. */
export function dropSent(ledger: Ledger): void {
  ledger.sent.length = 0;
  ledger.sentBytes = 0;
}
