import type { StandardSchema } from "../../app/index.ts";
import { type CrdtOperation, inspectUpdate } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import type { SyncLevel, WireValue } from "../../wire/index.ts";
import type { HubDocument } from "./document.ts";
import type { HubOptions, SyncConnection } from "./types.ts";

/** What a connection may do with a document; undefined refuses it. */
export async function levelOf<Connection extends SyncConnection>(
  { authorize, comments }: HubOptions<Connection>,
  connection: Connection,
  name: string,
): Promise<SyncLevel | undefined> {
  if (authorize === undefined || (await authorize(connection, name, "write"))) return "write";
  if (comments !== undefined && (await authorize(connection, name, "comment"))) return "comment";
  return (await authorize(connection, name, "read")) ? "read" : undefined;
}

/** The state others see. @throws CodedError `SYNC_BAD_FRAME` for one that does not fit the schema. */
export function checkPresence(schema: StandardSchema<unknown, WireValue>, state: WireValue): WireValue {
  const result = schema["~standard"].validate(state);
  if (result instanceof Promise) {
    result.catch(() => {}); // else it would end the process
    throw new CodedError("SYNC_BAD_FRAME", "a presence schema must not be asynchronous");
  }
  if (result.issues !== undefined) throw new CodedError("SYNC_BAD_FRAME", "a presence that does not fit its schema");
  return result.value;
}

/** Whether a transaction may enter: what it does is read against the document, which stays as it is. */
export function allows<Connection extends SyncConnection>(
  { authorizeUpdate, comments }: HubOptions<Connection>,
  report: (error: unknown) => void,
  connection: Connection,
  { name, content }: HubDocument,
  level: SyncLevel,
  bytes: Uint8Array,
): boolean {
  if (level === "write" && authorizeUpdate === undefined) return true;
  const { doc } = content;
  const operations = inspectUpdate(doc, bytes);
  if (operations === undefined) return true; // it misses others, so it will not enter now
  try {
    const isComment = (operation: CrdtOperation): boolean => comments?.(operation, name) === true;
    if (level !== "write" && !operations.every(isComment)) return false;
    return authorizeUpdate === undefined || authorizeUpdate(connection, name, { bytes, operations, doc });
  } catch (error) {
    report(error);
    return false;
  }
}
