import { CodedError } from "../errors/index.ts";
import { jsonValue } from "./header-values.ts";

/** Node reads heads of up to 16 KiB and a host has headers of its own; some proxies take 4 or 8 KiB. */
export const MAX_CONTROL_BYTES = 8192;

/** What a reply tells the script in headers: their names without a prefix, and values that are ASCII already. */
export class ControlHeaders {
  readonly #values = new Map<string, string>();
  readonly #events = new Map<string, string>();
  #bytes = 0;

  /** @throws CodedError `PARTIAL_HEADERS_TOO_LARGE` */
  set(name: string, value: string): void {
    this.#put(this.#values, name, value);
  }

  /**
   * Adds an event. Its detail is written down at once, so that later changes of it do not count.
   * @throws CodedError `PARTIAL_HEADERS_TOO_LARGE`
   */
  fire(name: string, detail: unknown): void {
    this.#put(this.#events, jsonValue(name), jsonValue(detail ?? null));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** All but the events. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** The events as JSON, if there are any. */
  get events(): string | undefined {
    if (this.#events.size === 0) return undefined;
    return `{${Array.from(this.#events, ([name, detail]) => `${name}:${detail}`).join(",")}}`;
  }

  delete(name: string): void {
    this.#bytes -= sizeOf(name, this.#values.get(name));
    this.#values.delete(name);
  }

  #put(map: Map<string, string>, name: string, value: string): void {
    const bytes = this.#bytes - sizeOf(name, map.get(name)) + sizeOf(name, value);
    if (bytes > MAX_CONTROL_BYTES)
      throw new CodedError("PARTIAL_HEADERS_TOO_LARGE", `the headers for the script would have ${bytes} bytes`);
    map.set(name, value);
    this.#bytes = bytes;
  }
}

/** With what is around it: the prefix, the colon and the line's end. */
function sizeOf(name: string, value: string | undefined): number {
  return value === undefined ? 0 : name.length + value.length + 8;
}
