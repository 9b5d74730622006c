import { type DeltaSink, tellDelta } from "./delta.ts";
import type { Watch } from "./events.ts";
import type { Container, ContainerName, DocModel, ReplicaLog, Sequence, Span } from "./model.ts";
import type { CrdtNode } from "./types.ts";

/** What the surfaces of containers need of their document. */
export interface Editor {
  readonly model: DocModel;
  /**
   * Begins one local edit of a container, as part of the transaction under way or as one of its own. What holds the container shows it from then on.
   * Whatever happens then, `end` must follow.
   * @returns Where the edit is to be written.
   */
  begin(container: Container): ReplicaLog;
  end(): void;
  /** Runs one local edit. */
  edit(container: Container, run: (log: ReplicaLog) => void): void;
  observe<T>(container: Container, watch: Watch<T>, listener: (what: T, origin: unknown) => void): () => void;
  /** The surface of a container; undefined where its type belongs to a feature that is not loaded. */
  node(named: ContainerName): CrdtNode | undefined;
}

/** What the surfaces of all containers have. They are classes, as calls beside a getter are slow in an object literal (Node 20; bench: `crdt`, B4). */
export class Node<C extends Container> {
  readonly name: string;
  protected readonly home: C;
  protected readonly editor: Editor;

  constructor(home: C, editor: Editor) {
    this.name = home.name;
    this.home = home;
    this.editor = editor;
  }
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
