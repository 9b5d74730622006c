import type { Container, DocModel, Write } from "./model.ts";

/** What a type of container makes of its writes. */
export interface WriteKind {
  create(root: Container): Container;
  /** Checks a body from a stranger; returns its Lamport time, if it has one. Throws what the decoder turns into CRDT_BAD_UPDATE. */
  check(body: Uint8Array): number | undefined;
  /** Takes in a checked write, which stands at the end of the log. */
  commit(doc: DocModel, write: Write): void;
  /** A replica that saw the write has deleted it. */
  remove?(write: Write): void;
}
