import type { CrdtNode, CrdtNodes, CrdtValue } from "../crdt/index.ts";
import { READ } from "../pool/index.ts";
import { type ReadableSignal, type Signal, signal, watchable } from "../signals/index.ts";
import type { WireValue } from "../wire/index.ts";
import { demandOption } from "./options.ts";

/**
 * What the signal of a node holds, by the node's type. A node inside of it is the node itself: `signalOf` makes a signal of that, too.
 * @public
 */
export interface NodeValues {
  readonly text: string;
  readonly map: ReadonlyMap<string, CrdtValue>;
  readonly list: readonly CrdtValue[];
  readonly counter: number;
  readonly set: readonly WireValue[];
}

/**
 * The content of a text, map, list, counter or set as a signal: effects, templates and live views that read it follow the document.
 * @throws CodedError `SYNC_BAD_OPTION` for what is none of them.
 * @remarks The node is observed only while an effect reads the signal; read otherwise it costs a copy of the content, O(n), each time. A change
 * costs one copy, once per transaction. Values that are returned are shared: do not change them.
 * @example
 * ```ts
 * const title = signalOf(doc.text("title"));
 * effect(() => { document.title = title.get(); });
 * ```
 * @public
 */
export function signalOf<N extends CrdtNodes[keyof NodeValues]>(node: N): ReadableSignal<NodeValues[N["type"]]> {
  const type: unknown = node?.type;
  demandOption(typeof type === "string" && Object.hasOwn(READERS, type), "node");
  const read = READERS[node.type] as (node: CrdtNode) => NodeValues[N["type"]]; // cast: the reader of a type reads that type
  return new NodeSignal(node, read);
}

const READERS: { readonly [T in keyof NodeValues]: (node: CrdtNodes[T]) => NodeValues[T] } = {
  text: (text) => text.toString(),
  map: (map) => new Map(map.entries()),
  list: (list) => list.toArray(),
  counter: (counter) => counter.value,
  set: (set) => set.values(),
};

class NodeSignal<V> implements ReadableSignal<V> {
  readonly name: string;
  readonly #read: () => V;
  readonly #value: Signal<V>;
  #stop: (() => void) | undefined;

  constructor(node: CrdtNode, read: (node: CrdtNode) => V) {
    this.name = `${node.type} ${node.name}`;
    this.#read = () => read(node);
    this.#value = watchable(signal(this.#read(), { name: this.name, equals: isSame }), {
      onWatched: () => {
        this.#stop = node.observe(() => this.#refresh());
        this.#refresh(); // edits may lie between the effect's first read and now
      },
      onUnwatched: () => {
        this.#stop?.();
        this.#stop = undefined;
      },
    });
  }

  get(): V {
    if (this.#stop === undefined) this.#refresh(); // nobody told it of changes
    return this.#value.get();
  }

  peek(): V {
    if (this.#stop === undefined) this.#refresh();
    return this.#value.peek();
  }

  [READ](): V {
    return this.get();
  }

  #refresh(): void {
    this.#value.set(this.#read());
  }
}

/** Equal at the surface: what reads a map does not run again when nothing in it changed. */
function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((value, i) => Object.is(value, after[i]));
  }
  if (before instanceof Map && after instanceof Map) {
    return before.size === after.size && [...before].every(([key, value]) => Object.is(value, after.get(key)));
  }
  return Object.is(before, after);
}
