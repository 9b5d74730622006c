import { type AnyCore, Core } from "./core.ts";
import { derivedNode, type VersionNode } from "./node.ts";

/** A collection made from others: its node computes it. */
export abstract class DerivedCore<K, V> extends Core<K, V> {
  readonly node: VersionNode;

  constructor(name: string, freezes: boolean, order?: AnyCore) {
    super(name, freezes, order);
    this.node = this.makeNode();
  }

  protected makeNode(): VersionNode {
    return derivedNode(() => {
      this.warm = true;
      this.advance();
      return this.version;
    }, this.name);
  }

  /** Reads the nodes of its sources, and takes over what has changed in them. Either all of it or, when a callback throws, nothing. */
  protected abstract advance(): void;
}
