import type { Context, Fields } from "../../app/index.ts";
import { CodedError } from "../../errors/index.ts";
import type { View } from "../view/view.ts";
import type { PostedFile } from "./uploads.ts";

/** A file of a form as a reader of multipart bodies gives it. @public */
export interface FormFile {
  /** The name of the form's input. */
  readonly name: string;
  /** The browser's name for the file. */
  readonly filename: string;
  /** The media type the browser claims. */
  readonly type: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** What a reader of multipart bodies is asked for. @public */
export interface MultipartReaderOptions<Value> {
  /** Of the whole body; more is refused. */
  readonly maxTotalBytes: number;
  /** Of one file; more is refused. */
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  /** Takes each file as it comes, and gives what stands for it among the fields. */
  readonly onFile: (file: FormFile) => Promise<Value>;
}

/** Reads a form with files; `readMultipart` of `busbar/multipart` is one. @public */
export type MultipartReader = <Value>(
  c: Context,
  options: MultipartReaderOptions<Value>,
) => Promise<{ readonly fields: Fields; readonly files: readonly { readonly value: Value }[] }>;

/** What a form brings besides files, in bytes. */
const FIELDS_BYTES = 1_048_576;
/** Inputs that were left empty count as files too. */
const EMPTY_FILES = 10;

/** A form as a browser without JavaScript posts it, its files gathered in memory under the caps of the view's fields. */
export async function readPostedForm(
  view: View,
  read: MultipartReader | undefined,
  c: Context,
): Promise<{ readonly fields: Fields; readonly files: readonly PostedFile[] }> {
  const type = c.headers["content-type"];
  const isMultipart = typeof type === "string" && /^multipart\/form-data\b/i.test(type);
  if (!isMultipart || read === undefined) return { fields: await c.readForm(), files: [] };
  const rules = [...(view.uploads?.values() ?? [])];
  const maxFileBytes = Math.max(0, ...rules.map((rule) => rule.maxBytes));
  const maxFiles = rules.reduce((count, rule) => count + rule.maxFiles, 0);
  const { fields, files } = await read<PostedFile | undefined>(c, {
    maxFileBytes,
    maxFiles: maxFiles + EMPTY_FILES,
    maxTotalBytes: rules.reduce((sum, rule) => sum + rule.maxFiles * rule.maxBytes, FIELDS_BYTES),
    async onFile({ name, filename, type: fileType, content }) {
      const rule = view.uploads?.get(name);
      const bytes = await gather(content, rule?.maxBytes ?? 0);
      const isLeftEmpty = bytes.length === 0 && filename === "";
      return isLeftEmpty ? undefined : { field: name, name: filename, type: fileType, bytes };
    },
  });
  return { fields, files: files.flatMap(({ value }) => value ?? []) };
}

/** @throws CodedError `LIVE_UPLOAD_TOO_LARGE` */
async function gather(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    length += piece.length;
    if (length > maxBytes) throw new CodedError("LIVE_UPLOAD_TOO_LARGE", `a file of more than ${maxBytes} bytes`);
    pieces.push(piece.slice());
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
