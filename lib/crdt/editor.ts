import type { DeltaSink } from "./delta.ts";
import { tellDelta } from "./delta.ts";
import type { Watch } from "./events.ts";
import type { Container, DocModel, ReplicaLog, Sequence, Span } from "./model.ts";

/** What the surfaces of containers need of their document. */
export interface Editor {
  readonly model: DocModel;
  /** Runs one local edit, as part of the transaction under way or as one of its own. */
  edit(run: (log: ReplicaLog) => void): void;
  observe<T>(container: Container, watch: Watch<T>, listener: (what: T, origin: unknown) => void): () => void;
}

/** Gathers the changes of a sequence; `sink` makes a delta of them. */
export function watchSequence<T extends readonly unknown[]>(
  home: Sequence,
  sink: () => DeltaSink & { readonly steps: T },
): Watch<T> {
  const oldUnits = ({ log, counter }: Span): number => (log.nextBefore < 0 ? log.next : log.nextBefore) - counter;
  return {
    gather(on) {
      home.changes = on ? [] : null;
    },
    take() {
      const { changes } = home;
      if (changes === null || changes.length === 0) return undefined;
      home.changes = [];
      const told = sink();
      tellDelta(changes, oldUnits, told);
      return told.steps.length > 0 ? told.steps : undefined;
    },
  };
}
