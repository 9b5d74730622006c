import { type DeltaSink, tellDelta } from "./delta.ts";
import type { Container, Editor, Sequence, Span, Watch } from "./model.ts";

/** What the surfaces of all containers have. They are classes, as calls beside a getter are slow in an object literal (Node 20; bench: `crdt`, B4). */
export class Node<C extends Container, T extends string = string> {
  readonly name: string;
  readonly type: T;
  protected readonly home: C;
  protected readonly editor: Editor;

  constructor(home: C, editor: Editor, type: T) {
    this.name = home.name;
    this.type = type;
    this.home = home;
    this.editor = editor;
  }

  /** What a surface is one of. */
  static homeOf(node: unknown): Container | undefined {
    return node instanceof Node ? (node.home as Container) : undefined; // cast: all have one
  }
}

/** How many units of a span are older than the transaction under way. */
export function oldUnits({ log, counter }: Span): number {
  return (log.nextBefore < 0 ? log.next : log.nextBefore) - counter;
}

/** Gathers the changes of a sequence; `sink` makes a delta of them. */
export function watchSequence<T extends readonly unknown[]>(
  home: Sequence,
  sink: () => DeltaSink & { readonly steps: T },
): Watch<T> {
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
