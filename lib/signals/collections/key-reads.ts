import type { Signal } from "../index.ts";
import type { Contents } from "./contents.ts";
import { hookedNode, isObserved } from "./node.ts";

/** Where keys are read. */
type Keyed<K, V> = Pick<Contents<K, V>, "has" | "valueFor">;

/**
 * Readers of single keys of a collection that is written to: one signal per key that somebody notes, none for others. One signal stands for the
 * value of a key, another for its presence.
 */
export class KeyReads<K, V> {
  /** What the keys are of: another, once a list is unfolded. */
  contents: Keyed<K, V>;
  private readonly values: KeyNodes<K> = new KeyNodes();
  private readonly presences: KeyNodes<K> = new KeyNodes();
  /** Keys that readers must hear of, with whether they were there. */
  private readonly touched: Map<K, boolean> = new Map();

  constructor(contents: Keyed<K, V>) {
    this.contents = contents;
  }

  /** The value of a key; the read is noted. */
  value(key: K): V | undefined {
    if (isObserved()) this.values.of(key).get();
    return this.contents.valueFor(key);
  }

  /** Whether a key is there; the read is noted. */
  has(key: K): boolean {
    if (isObserved()) this.presences.of(key).get();
    return this.contents.has(key);
  }

  /** A key's row has come, gone or changed. */
  touch(key: K, was: boolean): void {
    if (this.values.size + this.presences.size === 0 || this.touched.has(key)) return;
    if (this.values.has(key) || this.presences.has(key)) this.touched.set(key, was);
  }

  get isTouched(): boolean {
    return this.touched.size > 0;
  }

  /** Tells the readers of what was touched. */
  publish(): void {
    for (const [key, was] of this.touched) {
      this.values.changed(key);
      if (was !== this.contents.has(key)) this.presences.changed(key);
    }
    this.touched.clear();
  }
}

/** Signals by key: each is held as long as an effect depends on it, or by the computeds that have read it, else by nobody. */
class KeyNodes<K> {
  private readonly known: Map<K, WeakRef<Signal<number>>> = new Map();
  private readonly watched: Map<K, Signal<number>> = new Map();
  private forgotten: FinalizationRegistry<K> | undefined = undefined;

  get size(): number {
    return this.known.size;
  }

  has(key: K): boolean {
    return this.known.has(key);
  }

  of(key: K): Signal<number> {
    const known = this.known.get(key)?.deref();
    if (known !== undefined) return known;
    const node = hookedNode(
      "key",
      (own) => this.watched.set(key, own),
      () => this.watched.delete(key),
    );
    this.known.set(key, new WeakRef(node));
    this.forgotten ??= new FinalizationRegistry((gone) => {
      if (this.known.get(gone)?.deref() === undefined) this.known.delete(gone);
    });
    this.forgotten.register(node, key);
    return node;
  }

  changed(key: K): void {
    this.known
      .get(key)
      ?.deref()
      ?.update((changes) => changes + 1);
  }
}
