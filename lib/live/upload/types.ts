import type { Spread, SpreadValue } from "../../html/index.ts";
import type { ReadableSignal } from "../../signals/index.ts";

/** What a view takes of one file field. Sizes are in bytes. @public */
export interface UploadRules {
  /** Of one file. @defaultValue 10_485_760 */
  readonly maxBytes?: number;
  /** Files of one session that no handler has taken. @defaultValue 1 */
  readonly maxFiles?: number;
  /** Endings and media types, as of `<input accept>`: `[".pdf", "image/*"]`. What a browser claims of a file proves nothing. @defaultValue any */
  readonly accept?: readonly string[];
  /** Of all sessions of the view together, held in memory. @defaultValue 268_435_456 */
  readonly maxTotalBytes?: number;
  /** A file nothing has happened to for so long, in milliseconds, is dropped. @defaultValue 600_000 */
  readonly keepMs?: number;
}

/** A view's uploads: rules by the name of the file field. @public */
export type UploadSchemas = Readonly<Record<string, UploadRules>>;

/** A file that has come whole. Taking it, by `bytes` or `stream`, takes it out of the session: once. @public */
export interface UploadedFile {
  /** That of its entry. */
  readonly id: number;
  /** The browser's name for it, without folders and control characters. For people: choose a path yourself. */
  readonly name: string;
  /** The media type the browser claims. */
  readonly type: string;
  /** In bytes; counted, not claimed. */
  readonly size: number;
  /** All of it. @throws CodedError `LIVE_UPLOAD_TAKEN` */
  bytes(): Uint8Array;
  /** In pieces of at most 65,536 bytes, each forgotten as it is given. @throws as `bytes`. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Files by the names of a view's uploads. @public */
export type UploadedFiles<Uploads> = { readonly [Name in keyof Uploads]: readonly UploadedFile[] };

/** A file on its way, or waiting for a handler. @public */
export interface UploadEntry {
  /** Tells it from others of the session: a key for `each`, and for `ctx.cancelUpload`. */
  readonly id: number;
  /** The browser's name for the file. */
  readonly name: string;
  /** The media type the browser claims. */
  readonly type: string;
  /** As announced, in bytes. */
  readonly size: number;
  /** Bytes that have come. A signal: in a hole it is followed by itself. */
  readonly received: ReadableSignal<number>;
  /** Of 100, rounded down. A signal. */
  readonly percent: ReadableSignal<number>;
}

/** A file that was not taken. @public */
export interface RefusedUpload {
  /** The browser's name for the file. */
  readonly name: string;
  /** `LIVE_UPLOAD_TOO_LARGE`, `LIVE_UPLOAD_TOO_MANY`, `LIVE_UPLOAD_TYPE` or `LIVE_UPLOAD_FULL`. */
  readonly code: string;
}

/** One file field, for `render`. @public */
export interface UploadField {
  /** Files on their way or waiting, oldest first. Followed where it is read. */
  readonly entries: readonly UploadEntry[];
  /** What was refused since a file was last let in, at most 10. Followed where it is read. */
  readonly refused: readonly RefusedUpload[];
  /** Attributes of its `<input>`: type, name, accept, multiple, and what makes the client script send files as they are chosen. */
  input(attributes?: Readonly<Record<string, SpreadValue>>): Spread;
}

/** File fields by the names of a view's uploads. @public */
export type UploadFields<Uploads> = { readonly [Name in keyof Uploads]: UploadField };
