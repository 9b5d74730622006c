import { CodedError } from "../errors/index.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { checkLimit } from "./limit.ts";
import { mapStream } from "./map-stream.ts";
import type { HeaderList, Platform } from "./types.ts";

/**
 * One server-sent event.
 * @public
 */
export interface SseEvent {
  /** May hold line breaks; each line travels as its own `data:`. */
  readonly data: string;
  /** The event's name; without one the browser fires `message`. */
  readonly event?: string;
  /** What the browser sends back as `Last-Event-ID` when it reconnects. */
  readonly id?: string;
  /** How long the browser waits before it reconnects, in milliseconds. */
  readonly retryMs?: number;
}

/**
 * Options of `c.sse`.
 * @public
 */
export interface SseOptions {
  /** After this long without an event a comment is sent, so that proxies keep the connection. 0 for never. In milliseconds. Needs a platform. @defaultValue 15_000 */
  readonly heartbeatMs?: number;
  /** How long the browser waits before it reconnects, told with the first bytes. In milliseconds. @defaultValue the browser's own */
  readonly retryMs?: number;
  /** Further headers. */
  readonly headers?: HeaderList;
}

/** @throws CodedError `APP_BAD_EVENT` when a field is no text, a one-line field holds a line break or NUL, or `retryMs` is no finite number. */
export function encodeEvent(event: SseEvent | string): string {
  const { data, event: name, id, retryMs }: SseEvent = typeof event === "string" ? { data: event } : checkEvent(event);
  let text = "";
  if (name !== undefined) text += `event: ${oneLine(name, "event")}\n`;
  if (id !== undefined) text += `id: ${oneLine(id, "id")}\n`;
  if (retryMs !== undefined) text += retryLine(retryMs);
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

/** Programs without types yield rows as they are, which would go out as nothing a browser reads. */
function checkEvent(event: SseEvent): SseEvent {
  if (typeof (event as SseEvent | null)?.data !== "string")
    // cast: see above
    throw new CodedError("APP_BAD_EVENT", "an event has no text as its data", { value: "data" });
  return event;
}

/** The events as text, behind a comment that lets headers through proxies that wait for a first byte. */
export function encodeEvents(
  source: AsyncIterable<SseEvent | string>,
  options: SseOptions,
  after: Platform["after"] | undefined,
): AsyncIterable<string> {
  const { heartbeatMs = 15_000, retryMs } = options;
  checkLimit("heartbeatMs", heartbeatMs);
  const opening = retryMs === undefined ? BEAT : `:\n${retryLine(retryMs)}\n`;
  const texts = mapStream(source, encodeEvent, opening);
  return after === undefined || heartbeatMs === 0 ? texts : withHeartbeat(texts, BEAT, heartbeatMs, after);
}

const BEAT = ":\n\n";

/** A browser passes over anything but digits, so that what is no such number would be lost without a word. */
function retryLine(retryMs: number): string {
  const whole = Math.trunc(retryMs);
  if (!Number.isSafeInteger(whole))
    throw new CodedError("APP_BAD_EVENT", "the retryMs of an event is not a number of milliseconds", {
      value: "retryMs",
    });
  return `retry: ${Math.max(0, whole)}\n`;
}

/**
 * What a browser says it has seen last. Events are UTF-8, but Node gives each byte of a header as a character.
 */
export function lastEventIdOf(header: string | undefined): string | undefined {
  if (header === undefined || header === "") return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whatever is not ASCII
  if (/^[\x00-\x7f]*$/.test(header) || /[^\x00-\xff]/.test(header)) return header;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(header, (c) => c.charCodeAt(0)));
  } catch {
    return header;
  }
}

function oneLine(value: string, field: string): string {
  if (typeof value !== "string")
    throw new CodedError("APP_BAD_EVENT", `the ${field} of an event is not a text`, { value: field });
  if (/[\r\n\0]/.test(value))
    throw new CodedError("APP_BAD_EVENT", `the ${field} of an event holds a line break`, { value: field });
  return value;
}
