import { type ClientFrame, ERROR, EVENT, MOUNT, NAV, PATCH } from "../../wire/index.ts";
import type { Instruction, Output } from "../machine/instructions.ts";
import type { SessionState } from "../machine/states.ts";
import type { SessionInfo } from "../view/context-types.ts";

/** What one session has done since it was made. @public */
export interface SessionTelemetry {
  readonly session: SessionInfo;
  /** Sockets that have joined. */
  readonly joins: number;
  /** Messages from clients, and their bytes; those that are no frames count. */
  readonly framesIn: number;
  readonly bytesIn: number;
  /** Messages to clients, and their bytes, before any is deflated. */
  readonly framesOut: number;
  readonly bytesOut: number;
  /** Events and navigations that were answered. */
  readonly events: number;
  readonly patches: number;
  readonly mounts: number;
  /** ERROR frames sent. */
  readonly errors: number;
  /** From the arrival of an event to the patch or acknowledgement that tells of it, all events added up. In milliseconds. */
  readonly latencyMs: number;
  /** The longest of them. */
  readonly maxLatencyMs: number;
}

/** One event that was answered. @public */
export interface EventTelemetry {
  readonly session: SessionInfo;
  readonly ref: number;
  /** Name of its handler, `"bus:navigate"` for a navigation, "" for a handler nobody has. */
  readonly name: string;
  /** From its arrival to the patch or acknowledgement that tells of it. In milliseconds. */
  readonly latencyMs: number;
}

/** Who hears how sessions fare. What they throw is reported and ends nothing. @public */
export interface TelemetryHooks {
  /** An event was answered. */
  event?(event: EventTelemetry): void;
  /** A session is over. */
  ended?(session: SessionTelemetry): void;
}

type Counts = { -readonly [Name in Exclude<keyof SessionTelemetry, "session">]: number };

interface Waiting {
  readonly ref: number;
  readonly name: string;
  readonly atMs: number;
}

/** Counts what goes in and out of one session. */
export class SessionMeter {
  private readonly counts: Counts = {
    ...{ joins: 0, framesIn: 0, bytesIn: 0, framesOut: 0, bytesOut: 0 },
    ...{ events: 0, patches: 0, mounts: 0, errors: 0, latencyMs: 0, maxLatencyMs: 0 },
  };
  private readonly info: () => SessionInfo;
  private readonly nameOf: (handler: number) => string;
  private readonly hooks: TelemetryHooks;
  private readonly report: (error: unknown) => void;
  private readonly waiting: Waiting[] = [];
  private toldRef = 0;

  constructor(
    info: () => SessionInfo,
    nameOf: (handler: number) => string,
    hooks: TelemetryHooks,
    report: (error: unknown) => void,
  ) {
    this.info = info;
    this.nameOf = nameOf;
    this.hooks = hooks;
    this.report = report;
  }

  get total(): SessionTelemetry {
    return { session: this.info(), ...this.counts };
  }

  /** A message has come; `frame` is missing when it is none. */
  received(bytes: number, frame?: ClientFrame, nowMs: number = 0): void {
    this.counts.framesIn++;
    this.counts.bytesIn += bytes;
    if (frame?.[0] !== EVENT && frame?.[0] !== NAV) return;
    const [type, ref] = frame;
    const last = this.waiting[this.waiting.length - 1]?.ref ?? this.toldRef;
    // One that comes again is one that is known.
    if (ref > last)
      this.waiting.push({ ref, name: type === NAV ? "bus:navigate" : this.nameOf(frame[3]), atMs: nowMs });
  }

  /** The machine has made a step. */
  stepped(what: Instruction, state: SessionState, out: readonly Output[]): void {
    if (what.kind === "hello") this.counts.joins++;
    for (const output of out) if (output.kind === "send") this.sent(output.bytes);
    // What waits was for a socket that is gone: it is sent again, or given up.
    if (state.kind !== "live" && state.kind !== "throttled" && state.kind !== "draining") this.waiting.length = 0;
    else if ("nowMs" in what) this.told(state.ledger.told, what.nowMs);
  }

  private sent(bytes: Uint8Array): void {
    const { counts } = this;
    counts.framesOut++;
    counts.bytesOut += bytes.length;
    const type = typeOf(bytes);
    if (type === PATCH) counts.patches++;
    else if (type === MOUNT) counts.mounts++;
    else if (type === ERROR) counts.errors++;
  }

  /** The client was told that events up to `ref` are handled. */
  private told(ref: number, nowMs: number): void {
    const { counts, waiting } = this;
    this.toldRef = ref;
    for (let first = waiting[0]; first !== undefined && first.ref <= ref; first = waiting[0]) {
      waiting.shift();
      const latencyMs = Math.max(0, nowMs - first.atMs);
      counts.events++;
      counts.latencyMs += latencyMs;
      counts.maxLatencyMs = Math.max(counts.maxLatencyMs, latencyMs);
      this.call(() => this.hooks.event?.({ session: this.info(), ref: first.ref, name: first.name, latencyMs }));
    }
  }

  ended(): void {
    this.call(() => this.hooks.ended?.(this.total));
  }

  private call(hook: () => void): void {
    try {
      hook();
    } catch (error) {
      this.report(error);
    }
  }
}

/** The type number of an encoded frame. */
function typeOf(bytes: Uint8Array): number | undefined {
  const [head = 0] = bytes;
  return head < 0xdc ? bytes[1] : head === 0xdc ? bytes[3] : bytes[5];
}
