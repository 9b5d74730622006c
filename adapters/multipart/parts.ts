import { checkLimit } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { safeFilename } from "./filename.ts";
import { type FormType, PartParser, type RawPart, tooLarge } from "./parser.ts";
import type { FilePart, MultipartLimits, MultipartPart, MultipartSource } from "./types.ts";

const DEFAULTS: Required<MultipartLimits> = {
  maxTotalBytes: 33_554_432,
  maxFileBytes: 10_485_760,
  maxFieldBytes: 65_536,
  maxFiles: 10,
  maxFields: 100,
  maxNameLength: 200,
};

/**
 * The parts of a `multipart/form-data` body, one after the other, as they come in.
 * @throws CodedError `APP_BAD_CONTENT_TYPE` (415), `MULTIPART_MALFORMED` (400), `MULTIPART_TOO_LARGE` and `APP_BODY_TOO_LARGE` (413),
 * `APP_BODY_READ`, `APP_BODY_GONE` when the host has consumed the body, `APP_CLIENT_GONE`.
 * @remarks Memory: a slice of the body, and the fields you keep. A part's content ends when the next part is asked for.
 * @example
 * ```ts
 * for await (const part of multipartParts(c)) if (part.kind === "file") await store(part.content);
 * ```
 * @public
 */
export async function* multipartParts(
  c: MultipartSource,
  limits: MultipartLimits = {},
): AsyncGenerator<MultipartPart, void, void> {
  const caps = { ...DEFAULTS, ...definedOf(limits) };
  const parser = new PartParser(formTypeOf(c), bodyOf(c, caps.maxTotalBytes), caps);
  try {
    for (let part = await parser.next(); part !== undefined; part = await parser.next()) {
      if (part.kind === "field") {
        yield part;
        continue;
      }
      const file = new IncomingFile(parser, part, caps.maxFileBytes);
      if (part.filename !== undefined || !(await file.isEmpty())) yield file; // else an input for files that was left empty
      await file.finish();
    }
  } finally {
    await parser.stop();
  }
}

/** A file whose bytes are counted as they pass. */
class IncomingFile implements FilePart {
  readonly kind = "file";
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  byteLength = 0;
  readonly content: AsyncIterable<Uint8Array>;
  readonly #parser: PartParser;
  readonly #raw: Extract<RawPart, { kind: "file" }>;
  readonly #maxBytes: number;
  #first: Uint8Array | undefined;
  #over = false;

  constructor(parser: PartParser, raw: Extract<RawPart, { kind: "file" }>, maxBytes: number) {
    this.#parser = parser;
    this.#raw = raw;
    this.#maxBytes = maxBytes;
    this.name = raw.name;
    this.filename = safeFilename(raw.filename ?? "");
    this.type = raw.type;
    this.content = this.#chunks();
  }

  async isEmpty(): Promise<boolean> {
    this.#first = await this.#pull();
    return this.#first === undefined;
  }

  /** Reads away what the consumer left, under the same caps. */
  async finish(): Promise<void> {
    this.#over = true;
    while ((await this.#pull()) !== undefined);
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, void> {
    if (this.#first !== undefined) yield this.#first;
    for (;;) {
      if (this.#over) {
        throw new CodedError("MULTIPART_PART_OVER", "the content of a file was asked for after the parts behind it");
      }
      const chunk = await this.#pull();
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  async #pull(): Promise<Uint8Array | undefined> {
    const chunk = await this.#parser.pull(this.#raw.stream);
    this.byteLength += chunk?.length ?? 0;
    if (this.byteLength > this.#maxBytes) throw tooLarge("a file", this.#maxBytes, "bytes");
    return chunk;
  }
}

/** Read off the request itself: a schema for the route's headers may have left the content type out. */
function formTypeOf({ request }: MultipartSource): FormType {
  const type = String(request.headers["content-type"] ?? "");
  const encoding = String(request.headers["content-encoding"] ?? "");
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(type)) {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the body is not a multipart form");
  }
  if (!/^(?:identity)?$/i.test(encoding)) {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the form is compressed", { value: "content-encoding" });
  }
  const found = /;\s*boundary=(?:"([^"\\]*)"|([^\s;"]*))/i.exec(type);
  const boundary = found?.[1] ?? found?.[2] ?? "";
  if (boundary === "" || boundary.length > 70) {
    throw new CodedError("MULTIPART_MALFORMED", "the boundary is missing or too long");
  }
  return { type, boundary };
}

/** Bytes that the host's own parser kept whole are as good as the stream. */
function bodyOf(c: MultipartSource, maxBytes: number): AsyncIterable<Uint8Array> {
  const { parsedBody } = c.request;
  if (!(parsedBody instanceof Uint8Array)) return c.readStream({ maxBytes });
  if (parsedBody.length > maxBytes) throw tooLarge("the body", maxBytes, "bytes");
  return (async function* () {
    yield parsedBody;
  })();
}

/** An option given as `undefined` means its default. */
function definedOf(limits: MultipartLimits): Partial<Required<MultipartLimits>> {
  const kept = Object.entries(limits).filter(([name, value]) => name in DEFAULTS && value !== undefined);
  for (const [name, value] of kept) checkLimit(name, value);
  return Object.fromEntries(kept);
}
