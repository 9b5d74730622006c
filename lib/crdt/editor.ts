import type { ReplicaLog } from "./model.ts";

/** What the surfaces of roots need of their document. */
export interface Editor {
  /** Runs one local edit, as part of the transaction under way or as one of its own. */
  edit(run: (log: ReplicaLog) => void): void;
}
