import type { Readable } from "node:stream";
import busboy, { type Busboy } from "busboy";
import { CodedError, isCodedError } from "../../lib/errors/index.ts";
import { Delimiters } from "./delimiters.ts";
import type { MultipartLimits } from "./types.ts";

/** A part as busboy found it; a file's bytes are pulled through the parser. */
export type RawPart =
  | { readonly kind: "field"; readonly name: string; readonly value: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly filename: string | undefined;
      readonly type: string;
      readonly stream: Readable;
    };

/** A content type, and the boundary it names. */
export interface FormType {
  readonly type: string;
  readonly boundary: string;
}

/** busboy turns one write into events at once: small writes bound how many there can be. */
const SLICE_BYTES = 65_536;

/**
 * Pulls parts out of a body. Nothing runs by itself: the body is read only when the consumer asks for the next part, or for bytes of a
 * file, so the consumer's pace is the client's.
 * 1. `next` gives parts busboy has already found, else feeds it a slice of the body and looks again.
 * 2. `pull` gives bytes of the file at hand, else feeds likewise; what comes in is that file's, or the parts after it.
 * 3. The first failure, wherever it arises, is what every later call throws.
 */
export class PartParser {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #busboy: Busboy;
  readonly #limits: Required<MultipartLimits>;
  readonly #found: RawPart[] = [];
  readonly #delimiters: Delimiters;
  #taken = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;
  #failure: CodedError | undefined;

  constructor({ type, boundary }: FormType, source: AsyncIterable<Uint8Array>, limits: Required<MultipartLimits>) {
    this.#delimiters = new Delimiters(boundary);
    this.#source = source[Symbol.asyncIterator]();
    this.#limits = limits;
    this.#busboy = createBusboy(type, limits);
    this.#listen();
  }

  /** The next part, `undefined` at the end. The file before it must have been pulled to its end. */
  async next(): Promise<RawPart | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const part = this.#found.shift();
      if (part !== undefined || this.#ended) return part;
      await this.#feed();
    }
  }

  /** More bytes of a file, `undefined` at its end. */
  async pull(stream: Readable): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk: Uint8Array | null = stream.read();
      if (chunk !== null) return chunk;
      await new Promise<void>((resolve) => process.nextTick(resolve)); // a stream says one tick later that it has ended
      if (this.#failure !== undefined) throw this.#failure;
      if (stream.readableEnded) return undefined;
      await this.#feed();
    }
  }

  /** Lets the body and the parser go. What is left of the body is the host's to drain. */
  async stop(): Promise<void> {
    this.#busboy.destroy();
    await this.#source.return?.();
  }

  #listen(): void {
    const { maxFieldBytes, maxFiles, maxFields } = this.#limits;
    this.#busboy
      .on("file", (name: string | undefined, stream, { filename, mimeType }) => {
        stream.on("error", (error) => this.#fail(malformed(error)));
        this.#take(name, (checked) => ({
          kind: "file",
          name: checked,
          filename: filename && plainName(filename),
          type: mimeType,
          stream,
        }));
      })
      .on("field", (name: string | undefined, value, { valueTruncated }) => {
        if (valueTruncated) this.#fail(tooLarge("a field", maxFieldBytes, "bytes"));
        // What it cannot decode is `undefined`, whatever its type says.
        if (typeof value !== "string")
          this.#fail(
            new CodedError("APP_BAD_CONTENT_TYPE", "a field is in a charset that is not read", { value: "charset" }),
          );
        this.#take(name, (checked) => ({ kind: "field", name: checked, value }));
      })
      .on("filesLimit", () => this.#fail(tooLarge("the form", maxFiles, "files")))
      .on("fieldsLimit", () => this.#fail(tooLarge("the form", maxFields, "fields")))
      .on("partsLimit", () => this.#fail(tooLarge("the form", maxFiles + maxFields, "parts")))
      .on("error", (error) => this.#fail(malformed(error)));
  }

  #take(name: string | undefined, make: (name: string) => RawPart): void {
    this.#taken++;
    if (name === undefined) this.#fail(new CodedError("MULTIPART_MALFORMED", "a part has no name"));
    else if (name.length > this.#limits.maxNameLength)
      this.#fail(tooLarge("a name", this.#limits.maxNameLength, "characters"));
    else this.#found.push(make(plainName(name)));
  }

  async #feed(): Promise<void> {
    if (this.#ended) throw new CodedError("MULTIPART_MALFORMED", "the body ends inside a part");
    const slice = await this.#slice();
    if (slice !== undefined) {
      this.#delimiters.push(slice);
      this.#busboy.write(slice);
      return;
    }
    this.#ended = true;
    await new Promise<void>((resolve) => {
      this.#busboy.once("close", resolve).once("error", () => resolve());
      this.#busboy.end();
    });
    if (this.#taken < this.#delimiters.count)
      this.#fail(new CodedError("MULTIPART_MALFORMED", "a part does not say which field of the form it is"));
  }

  async #slice(): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const step = await this.#source.next();
      if (step.done === true) return undefined;
      this.#rest = step.value;
    }
    const slice = this.#rest.subarray(0, SLICE_BYTES);
    this.#rest = this.#rest.subarray(SLICE_BYTES);
    return slice;
  }

  #fail(error: CodedError): void {
    this.#failure ??= error;
  }
}

function createBusboy(contentType: string, limits: Required<MultipartLimits>): Busboy {
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8", // what browsers write; the default is Latin-1
      limits: {
        fieldSize: limits.maxFieldBytes + 1, // busboy calls a field cut that just fits
        files: limits.maxFiles,
        fields: limits.maxFields,
        parts: limits.maxFiles + limits.maxFields + 1, // it says so at the last part allowed, not after it
      },
    });
  } catch {
    throw new CodedError("MULTIPART_MALFORMED", "the content type has no usable boundary");
  }
}

/** Browsers write a quote and line breaks in names as these three escapes, and no others. */
function plainName(name: string): string {
  return name.replace(/%22/g, '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");
}

/** busboy's own messages quote nothing of the body. */
function malformed(error: unknown): CodedError {
  if (isCodedError(error)) return error;
  const reason = error instanceof Error ? error.message.toLowerCase() : "broken";
  return new CodedError("MULTIPART_MALFORMED", `the body is not a multipart form: ${reason}`, { cause: error });
}

export function tooLarge(what: string, limit: number, unit: string): CodedError {
  return new CodedError("MULTIPART_TOO_LARGE", `${what} has more than the ${limit} ${unit} allowed`, { value: limit });
}
