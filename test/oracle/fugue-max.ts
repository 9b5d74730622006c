/**
 * FugueMax as its paper defines it ("The Art of the Fugue: Minimizing Interleaving in Collaborative Text Editing"): one object per unit,
 * children in arrays, every question answered by walking the whole tree. Slow and obvious: the twin of lib/crdt/sequence/fugue.ts.
 */

export interface UnitId {
  readonly replica: number;
  readonly counter: number;
}

export type NaiveOperation =
  | {
      readonly kind: "insert";
      readonly id: UnitId;
      readonly unit: string;
      readonly parent: UnitId | null;
      readonly side: "left" | "right";
      readonly rightOrigin: UnitId | null;
    }
  | { readonly kind: "delete"; readonly target: UnitId };

interface TreeNode {
  readonly id: UnitId | null;
  readonly unit: string;
  readonly rightOrigin: TreeNode | null;
  deleted: boolean;
  readonly left: TreeNode[];
  readonly right: TreeNode[];
}

export class NaiveText {
  private readonly root: TreeNode = node(null, "", null);
  private readonly byId = new Map<string, TreeNode>();

  /**
   * Inserts text at a visible index, unit by unit; returns the operations, `counter` being the first one's. `latest` is the counter of the
   * operation that the replica made before, anywhere.
   */
  insert(replica: number, counter: number, index: number, text: string, latest = -1): NaiveOperation[] {
    const made: NaiveOperation[] = [];
    for (let i = 0; i < text.length; i++) {
      const before = { replica, counter: i === 0 ? latest : counter + i - 1 };
      const operation = this.insertion({ replica, counter: counter + i }, index + i, text[i] ?? "", before);
      this.apply(operation);
      made.push(operation);
    }
    return made;
  }

  /** Deletes visible units; returns the operations. */
  delete(index: number, count: number): NaiveOperation[] {
    const visible = this.walk().filter((at) => at.id !== null && !at.deleted);
    const made = visible.slice(index, index + count).map((at): NaiveOperation => {
      if (at.id === null) throw new Error("the root is not visible");
      return { kind: "delete", target: at.id };
    });
    for (const operation of made) this.apply(operation);
    return made;
  }

  apply(operation: NaiveOperation): void {
    if (operation.kind === "delete") {
      this.find(operation.target).deleted = true;
      return;
    }
    if (this.byId.has(keyOf(operation.id))) return;
    const parent = operation.parent === null ? this.root : this.find(operation.parent);
    const rightOrigin = operation.rightOrigin === null ? null : this.find(operation.rightOrigin);
    const added = node(operation.id, operation.unit, rightOrigin);
    this.byId.set(keyOf(operation.id), added);
    const siblings = operation.side === "left" ? parent.left : parent.right;
    siblings.push(added);
    if (siblings.length === 1) return;
    if (operation.side === "left") siblings.sort(byIds);
    else {
      const places = new Map(this.walk().map((at, place) => [at, place]));
      const placeOf = (at: TreeNode | null): number =>
        at === null ? Number.POSITIVE_INFINITY : (places.get(at) ?? -1);
      siblings.sort((a, b) => {
        const left = placeOf(a.rightOrigin);
        const right = placeOf(b.rightOrigin);
        return left === right ? byIds(a, b) : left > right ? -1 : 1; // the right origin furthest right comes first
      });
    }
  }

  /** The ids of all units in order, deleted ones too. */
  ids(): UnitId[] {
    return this.walk().flatMap(({ id }) => (id === null ? [] : [id]));
  }

  toString(): string {
    return this.walk()
      .filter((at) => !at.deleted)
      .map((at) => at.unit)
      .join("");
  }

  private insertion(id: UnitId, index: number, unit: string, latest: UnitId): NaiveOperation {
    const all = this.walk();
    const visible = all.filter((at) => at.id === null || !at.deleted); // the root stands for the start of the text
    // Deleted units may stand between the visible neighbours: what continues the replica's latest unit goes right behind it, all else
    // goes behind the deleted ones.
    let place = all.indexOf(visible[index] ?? this.root);
    const origin = all[place]?.id;
    const continues = origin && keyOf(origin) === keyOf(latest);
    if (!continues) while (all[place + 1]?.deleted) place++;
    const leftOrigin = all[place] ?? this.root;
    const next = all[place + 1] ?? null; // deleted ones count
    if (leftOrigin.right.length === 0) {
      return { kind: "insert", id, unit, parent: leftOrigin.id, side: "right", rightOrigin: next?.id ?? null };
    }
    return { kind: "insert", id, unit, parent: next?.id ?? null, side: "left", rightOrigin: null };
  }

  /** Every node in document order: left children, the node, right children. */
  private walk(): TreeNode[] {
    const order: TreeNode[] = [];
    const stack: { readonly at: TreeNode; readonly expanded: boolean }[] = [{ at: this.root, expanded: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { at, expanded } = top;
      if (expanded) {
        order.push(at);
        continue;
      }
      for (const child of [...at.right].reverse()) stack.push({ at: child, expanded: false });
      stack.push({ at, expanded: true });
      for (const child of [...at.left].reverse()) stack.push({ at: child, expanded: false });
    }
    return order;
  }

  private find(id: UnitId): TreeNode {
    const found = this.byId.get(keyOf(id));
    if (found === undefined) throw new Error(`unit ${keyOf(id)} is not known`);
    return found;
  }
}

function node(id: UnitId | null, unit: string, rightOrigin: TreeNode | null): TreeNode {
  return { id, unit, rightOrigin, deleted: false, left: [], right: [] };
}

function keyOf(id: UnitId): string {
  return `${id.replica}:${id.counter}`;
}

function byIds(a: TreeNode, b: TreeNode): number {
  if (a.id === null || b.id === null) throw new Error("the root has no siblings");
  return a.id.replica - b.id.replica || a.id.counter - b.id.counter;
}
