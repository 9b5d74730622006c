import type { Context, Fields, MaybePromise } from "../../lib/app/index.ts";

/**
 * What of a context the readers take; every context fits.
 * @public
 */
export type MultipartSource = Pick<Context, "request" | "readStream">;

/**
 * Sizes that strangers choose. Beyond one the upload fails: 413. The headers of a part are capped at 16 KiB, its boundary at 70 characters (400).
 * @public
 */
export interface MultipartLimits {
  /** Of the whole body, in bytes; takes the place of the app's and the route's `maxBodyBytes`. @defaultValue 33_554_432 */
  readonly maxTotalBytes?: number;
  /** Of one file, in bytes. @defaultValue 10_485_760 */
  readonly maxFileBytes?: number;
  /** Of one field, in bytes. @defaultValue 65_536 */
  readonly maxFieldBytes?: number;
  /** How many files, inputs left empty included. @defaultValue 10, and 0 for `readMultipart` without `onFile` */
  readonly maxFiles?: number;
  /** How many fields. @defaultValue 100 */
  readonly maxFields?: number;
  /** Of the name of a field or file input, in UTF-16 units. @defaultValue 200 */
  readonly maxNameLength?: number;
}

/**
 * Options of `readMultipart`.
 * @public
 */
export interface MultipartOptions<Value> extends MultipartLimits {
  /**
   * Takes one file: read its `content` to the end, write it where it belongs, return what you want to find in the result. One file at a
   * time, in the order they were sent. Content left unread is read away under the same caps.
   */
  readonly onFile?: (file: FilePart) => MaybePromise<Value>;
  /**
   * Hears of each file already taken when the upload as a whole fails: a later part is refused, the client leaves, `onFile` throws. The file
   * under way is told by its `content`, which throws.
   */
  readonly discard?: (value: Value, file: FilePart) => MaybePromise<void>;
}

/**
 * One plain field.
 * @public
 */
export interface FieldPart {
  /** Tells a field from a file. */
  readonly kind: "field";
  /** The field's name, as the client chose it. */
  readonly name: string;
  /** Its text. */
  readonly value: string;
}

/**
 * One file on its way in.
 * @public
 */
export interface FilePart {
  /** Tells a file from a field. */
  readonly kind: "file";
  /** The name of the form's input. */
  readonly name: string;
  /** The client's name for the file, made harmless by `safeFilename`; `"file"` where nothing is left. For people: choose the path yourself. */
  readonly filename: string;
  /** The media type the client claims, without parameters. */
  readonly type: string;
  /** Bytes read so far. */
  readonly byteLength: number;
  /**
   * The content, once, no faster than you take it. Stopping early is fine.
   * @throws CodedError `MULTIPART_TOO_LARGE`, `MULTIPART_MALFORMED`, `APP_CLIENT_GONE` in the middle of it; `MULTIPART_PART_OVER` when the parts
   * after it have been asked for.
   */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * A part of the body.
 * @public
 */
export type MultipartPart = FieldPart | FilePart;

/**
 * A file that a sink has taken.
 * @public
 */
export interface StoredFile<Value> {
  /** The name of the form's input. */
  readonly name: string;
  /** As in `FilePart`. */
  readonly filename: string;
  /** As in `FilePart`. */
  readonly type: string;
  /** Its whole length. */
  readonly byteLength: number;
  /** What `onFile` returned. */
  readonly value: Value;
}

/**
 * What `readMultipart` read.
 * @public
 */
export interface MultipartForm<Value> {
  /** By name; a list where a name came more than once. Has no prototype. */
  readonly fields: Fields;
  /** In the order they were sent. */
  readonly files: readonly StoredFile<Value>[];
}
