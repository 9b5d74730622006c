import { badArrow, FlatTable } from "./flatbuffer.ts";

/** One message of a stream, or one block of a file. */
export interface Message {
  readonly type: "schema" | "dictionary" | "batch";
  readonly header: FlatTable;
  readonly body: Uint8Array;
}

export const MAGIC: Uint8Array = Uint8Array.of(0x41, 0x52, 0x52, 0x4f, 0x57, 0x31); // "ARROW1"
const TYPES = [undefined, "schema", "dictionary", "batch"] as const;

/** The messages of a stream in order; of a file the schema, all dictionaries, then the batches, as its footer lists them. */
export function messagesOf(bytes: Uint8Array): Message[] {
  const isFile = MAGIC.every((byte, at) => bytes[at] === byte);
  return isFile ? fileMessages(bytes) : streamMessages(bytes);
}

function streamMessages(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  let at = 0;
  while (at < bytes.length) {
    const read = messageAt(bytes, at);
    if (read === undefined) break; // the end-of-stream mark
    messages.push(read.message);
    at = read.end;
  }
  return messages;
}

function fileMessages(bytes: Uint8Array): Message[] {
  const end = bytes.length - 10;
  if (end < 8 || !MAGIC.every((byte, at) => bytes[end + 4 + at] === byte)) throw badArrow("The file has no end");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getInt32(end, true);
  if (length <= 0 || length > end) throw badArrow("The footer lies outside the file");
  const footer = FlatTable.root(bytes.subarray(end - length, end));
  const schema = footer.table(1);
  if (schema === undefined) throw badArrow("There is no schema");
  const messages: Message[] = [{ type: "schema", header: schema, body: new Uint8Array(0) }];
  let total = 0;
  for (const field of [2, 3]) {
    for (const block of footer.structs(field, 24)) {
      const read = messageAt(bytes, footer.read64(block));
      if (read === undefined) throw badArrow("A block of the file is empty");
      messages.push(read.message);
      total += read.message.body.length;
      // Blocks do not overlap, so a small file cannot name the same batch over and over.
      if (total > bytes.length) throw badArrow("The blocks are longer than the file");
    }
  }
  return messages;
}

function messageAt(bytes: Uint8Array, at: number): { readonly message: Message; readonly end: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (at + 4 > bytes.length) throw badArrow("A message is cut short");
  const mark = view.getInt32(at, true);
  // Before format 0.15 the length stood first, without the mark of -1.
  const isMarked = mark === -1;
  if (isMarked && at + 8 > bytes.length) throw badArrow("A message is cut short");
  const length = isMarked ? view.getInt32(at + 4, true) : mark;
  const start = at + (isMarked ? 8 : 4);
  if (length === 0) return undefined;
  if (length < 0 || start + length > bytes.length) throw badArrow("A message is cut short");
  const message = FlatTable.root(bytes.subarray(start, start + length));
  const type = TYPES[message.int8(1)];
  const header = message.table(2);
  const bodyLength = message.int64(3);
  const bodyAt = start + length;
  if (type === undefined || header === undefined)
    throw badArrow("A message is neither schema nor dictionary nor batch");
  if (bodyAt + bodyLength > bytes.length) throw badArrow("A message is cut short");
  return { message: { type, header, body: bytes.subarray(bodyAt, bodyAt + bodyLength) }, end: bodyAt + bodyLength };
}
