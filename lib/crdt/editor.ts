import type { Container, Editor, Span } from "./model.ts";

/** What the surfaces of all containers have. They are classes, as calls beside a getter are slow in an object literal (Node 20; bench: `crdt`, B4). */
export class Node<C extends Container, T extends string = string> {
  readonly name: string;
  readonly type: T;
  protected readonly home: C;
  protected readonly editor: Editor;

  constructor(home: C, editor: Editor) {
    this.name = home.name;
    this.type = home.kind?.label as T; // cast: its kind made it
    this.home = home;
    this.editor = editor;
  }

  /** Tells what a transaction has gathered in the container's `changes`, which begin as `begin` makes them. */
  protected gather<Changes, T>(
    listener: (what: T, origin: unknown) => void,
    begin: () => Changes,
    tell: (changes: Changes) => T | undefined,
  ): () => void {
    const home = this.home as unknown as Container & { changes: Changes | null }; // cast: whoever calls this has them
    return this.editor.observe(
      home,
      {
        gather(on) {
          home.changes = on ? begin() : null;
        },
        take() {
          const changes = home.changes as Changes & { readonly size?: number; readonly length?: number }; // cast: it is gathering
          // Of ten thousand that are observed nearly all have nothing to tell.
          if ((changes.size ?? changes.length) === 0) return undefined;
          home.changes = begin();
          return tell(changes);
        },
      },
      listener,
    );
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
