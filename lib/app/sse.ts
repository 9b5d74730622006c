import { CodedError } from "../errors/index.ts";
import { mapStream } from "./map-stream.ts";

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

/** @throws CodedError `APP_BAD_EVENT` when a one-line field holds a line break or NUL. */
export function encodeEvent(event: SseEvent | string): string {
  const { data, event: name, id, retryMs }: SseEvent = typeof event === "string" ? { data: event } : event;
  let text = "";
  if (name !== undefined) text += `event: ${oneLine(name, "event")}\n`;
  if (id !== undefined) text += `id: ${oneLine(id, "id")}\n`;
  if (retryMs !== undefined) text += `retry: ${Math.max(0, Math.trunc(retryMs))}\n`;
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

/** The events as text, behind a comment that lets headers through proxies that wait for a first byte. */
export function encodeEvents(source: AsyncIterable<SseEvent | string>): AsyncIterable<string> {
  return mapStream(source, encodeEvent, ":\n\n");
}

function oneLine(value: string, field: string): string {
  if (/[\r\n\0]/.test(value))
    throw new CodedError("APP_BAD_EVENT", `the ${field} of an event holds a line break`, { value: field });
  return value;
}
