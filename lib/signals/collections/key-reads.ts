import type { Signal } from "../index.ts";
import { isObserved, sourceNode } from "./node.ts";
import type { Row } from "./row.ts";

/**
 * Readers of single keys of a collection that is written to: one signal per key that somebody notes, none for others. A signal stands for the
 * key's value, or for its presence.
 */
export class KeyReads<K, V> {
  private readonly rows: ReadonlyMap<K, Row<K, V>>;
  private readonly values: Map<K, Signal<number>> = new Map();
  private readonly presences: Map<K, { readonly node: Signal<number>; present: boolean }> = new Map();
  private readonly touched: Set<K> = new Set();

  constructor(rows: ReadonlyMap<K, Row<K, V>>) {
    this.rows = rows;
  }

  /** The value of a key; the read is noted. */
  value(key: K): V | undefined {
    if (isObserved()) {
      let node = this.values.get(key);
      if (node === undefined) {
        node = sourceNode("key");
        this.values.set(key, node);
      }
      node.get();
    }
    return this.rows.get(key)?.value;
  }

  /** Whether a key is there; the read is noted. */
  has(key: K): boolean {
    const present = this.rows.has(key);
    if (isObserved()) {
      let presence = this.presences.get(key);
      if (presence === undefined) {
        presence = { node: sourceNode("key"), present };
        this.presences.set(key, presence);
      }
      presence.node.get();
    }
    return present;
  }

  touch(key: K): void {
    if (this.values.size + this.presences.size === 0) return;
    if (this.values.has(key) || this.presences.has(key)) this.touched.add(key);
  }

  get isTouched(): boolean {
    return this.touched.size > 0;
  }

  /** Tells the readers of what was touched. */
  publish(): void {
    for (const key of this.touched) {
      this.values.get(key)?.update((changes) => changes + 1);
      const presence = this.presences.get(key);
      if (presence === undefined || presence.present === this.rows.has(key)) continue;
      presence.present = !presence.present;
      presence.node.update((changes) => changes + 1);
    }
    this.touched.clear();
  }
}
