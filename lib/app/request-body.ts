import { CodedError } from "../errors/index.ts";
import { type BodyLimits, type BodySource, readByType, readBytes, readForm, readStream } from "./body.ts";
import type { ReadOptions } from "./context-types.ts";
import { checkLimit } from "./limit.ts";
import type { RequestPlace } from "./settings.ts";
import type { Fields, MaybePromise } from "./types.ts";

/** The one body of a request: who has read it, and under which cap. Made when somebody asks for it. */
export class RequestBody {
  readonly #request: BodySource;
  readonly #place: RequestPlace;
  #isRead = false;
  /** The body, read ahead for whoever asks next. */
  #kept: Uint8Array | undefined;
  #cap = Number.POSITIVE_INFINITY;

  constructor(request: BodySource, place: RequestPlace) {
    this.#request = request;
    this.#place = place;
  }

  /** Lowers the cap, whatever the reader allows. */
  limit(maxBytes: number): void {
    this.#cap = Math.min(checkLimit("maxBytes", maxBytes), this.#cap);
  }
  /** Reads by content type, for a body schema, and goes on with what was read. @throws as `once`. */
  check<T>(then: (value: unknown) => MaybePromise<T>): MaybePromise<T> {
    return this.once(undefined, (source, limits) => readByType(source, limits, then));
  }
  /** @throws CodedError `APP_BODY_READ` and what `read` throws, or rejects with it. */
  once<T>(
    options: ReadOptions | undefined,
    read: (request: BodySource, limits: BodyLimits) => MaybePromise<T>,
  ): MaybePromise<T> {
    this.#claim();
    return read(this.#source(), this.#limitsOf(options));
  }
  stream(options: ReadOptions | undefined): AsyncIterable<Uint8Array> {
    this.#claim();
    return readStream(this.#source(), this.#limitsOf(options));
  }
  async peekForm(options: ReadOptions | undefined): Promise<Fields> {
    const limits = this.#limitsOf(options);
    if (this.#request.parsedBody === undefined && this.#kept === undefined) {
      this.#claim();
      this.#kept = await readBytes(this.#request, limits);
      this.#isRead = false;
    }
    return readForm(this.#source(), limits);
  }

  #claim(): void {
    if (this.#isRead) throw new CodedError("APP_BODY_READ", "the body of this request was read before");
    this.#isRead = true;
  }
  #limitsOf(options: ReadOptions | undefined): BodyLimits {
    const { maxBodyBytes, settings } = this.#place;
    const asked = options?.maxBytes;
    const maxBytes = asked === undefined ? maxBodyBytes : checkLimit("maxBytes", asked);
    return { maxBytes: Math.min(maxBytes, this.#cap), maxFields: settings.maxFields };
  }
  /** The request, with its body in place again when it was read ahead. */
  #source(): BodySource {
    const kept = this.#kept;
    if (kept === undefined) return this.#request;
    const stream = async function* (): AsyncGenerator<Uint8Array, void, void> {
      if (kept.length > 0) yield kept;
    };
    return { headers: this.#request.headers, stream };
  }
}
