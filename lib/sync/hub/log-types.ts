import type { Doc, UpdateRange } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { HubContent } from "./content.ts";

/** An update that entered the document, and where it came from. */
export interface LogEntry {
  readonly bytes: Uint8Array;
  readonly from: unknown;
  /** Made on the server: nobody else would send it again. */
  readonly isOwn: boolean;
}

/** The document a log is of. */
export interface LoggedDocument {
  readonly name: string;
  readonly content: HubContent;
  /** Who the replicas belong to. */
  readonly authors: ReadonlyMap<number, string>;
  /** How many connections are told of each edit. */
  readonly readers: number;
  /** Takes in what is stored; false when it builds on updates that are not here. @throws CodedError `CRDT_*`. */
  takeStored(update: Uint8Array): boolean;
  /** The replicas belong to whoever first wrote as them. */
  bind(ranges: readonly UpdateRange[], author: string | undefined): void;
  know(authors: ReadonlyMap<number, string>): void;
  /** It is durable. */
  deliver(entry: LogEntry): void;
  /** Becomes what is stored of another epoch. */
  restart(other: Doc, authors: ReadonlyMap<number, string>): void;
  fail(error: CodedError): void;
}

/** Who edits on the server. No connection's author is empty, so nobody else writes as its replicas. */
export const SERVER = "";
