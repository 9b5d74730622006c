import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";
import { computed, type ReadableSignal } from "../index.ts";
import { FoldNode, GroupNode, type Source } from "./aggregate.ts";
import { aggregateOf, type TracedAggregate, type Tree, treeOf } from "./expression.ts";
import { mappedNode, selectedNode } from "./map.ts";
import { addAggregate, badExpression, type Output, type Plan, Planner, resultOf } from "./plan.ts";
import type { Store } from "./store.ts";
import type { ColumnValues } from "./table-types.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows that pass a filter, and what can be computed from them. The types are told by `Rows`. */
export class RowSet {
  private readonly source: Source;
  private readonly stores: ReadonlyMap<string, Store>;
  private readonly filterTree: Tree | undefined;

  constructor(source: Source, stores: ReadonlyMap<string, Store>, filterTree: Tree | undefined) {
    this.source = source;
    this.stores = stores;
    this.filterTree = filterTree;
  }

  filter(test: unknown): RowSet {
    const tree = treeOf(test);
    new Planner(this.stores).test(tree); // so that a mistake shows here, not where the rows are used
    const both: Tree = this.filterTree === undefined ? tree : { op: "and", args: [this.filterTree, tree] };
    return new RowSet(this.source, this.stores, both);
  }

  select(wanted: unknown): ReadableSignal<unknown> {
    const single = aggregateOf(wanted);
    if (single?.aggregate === "distinct") return this.distinct(single);
    const planner = new Planner(this.stores);
    if (single !== undefined) {
      const output = addAggregate(planner, "value", single);
      const node = new FoldNode(this.source, this.planned(planner, "fold"));
      return computed(() => resultOf(output, node.update(), 0), { name: single.aggregate });
    }
    const outputs = outputsOf(planner, wanted);
    const node = new FoldNode(this.source, this.planned(planner, "fold"));
    return computed(() => rowOf(outputs, node.update(), 0), { name: "select", equals: sameRow });
  }

  groupBy(name: string): { agg(wanted: unknown): ReadableSignal<readonly Row[]> } {
    this.words(name);
    return { agg: (wanted) => this.groups(name, wanted) };
  }

  rows(): ReadableSignal<Uint32Array> {
    const planner = new Planner(this.stores);
    const test = planner.test(this.filterTree ?? { op: "bool", value: true });
    return selectedNode(this.source, planner.finish("map", { output: test }));
  }

  map(expression: unknown): ReadableSignal<ColumnValues<number | boolean | null>> {
    const planner = new Planner(this.stores);
    return mappedNode(this.source, planner.finish("map", { output: planner.value(treeOf(expression)) }));
  }

  private groups(name: string, wanted: unknown): ReadableSignal<readonly Row[]> {
    const planner = new Planner(this.stores);
    const store = this.words(name);
    const groupSlot = planner.slot(name);
    const rowsAt = planner.fold("count", undefined);
    const outputs = outputsOf(planner, wanted);
    if (outputs.some((output) => output.name === name)) throw badExpression(`"${name}" names the group already`);
    const plan = this.planned(planner, "groups", groupSlot);
    const node = new GroupNode(this.source, plan);
    const width = plan.folds.length;
    let kept: (Row | undefined)[] = [];
    const groups = (): readonly Row[] => {
      const { folded, touched } = node.update();
      if (touched === undefined) kept = [];
      for (const group of touched ?? []) delete kept[group];
      const found: Row[] = [];
      for (let group = 0; group <= store.words.length; group++) {
        const at = group * width;
        if (folded[at + rowsAt] === 0) continue;
        const key = { [name]: group === 0 ? null : store.words[group - 1] };
        kept[group] ??= rowOf(outputs, folded, at, key);
        found.push(kept[group] as Row); // cast: made in the line before
      }
      return found;
    };
    return computed(groups, { name: `groupBy ${JSON.stringify(name)}`, equals: sameList });
  }

  private distinct({ tree }: TracedAggregate): ReadableSignal<number> {
    if (tree?.op !== "column") throw badExpression("countDistinct takes a column of strings");
    this.words(tree.name);
    const planner = new Planner(this.stores);
    const groupSlot = planner.slot(tree.name);
    planner.fold("count", undefined);
    const node = new GroupNode(this.source, this.planned(planner, "groups", groupSlot));
    const distinct = (): number => {
      const { folded } = node.update();
      let found = 0;
      for (let group = 1; group < folded.length; group++) if (folded[group] !== 0) found++;
      return found;
    };
    return computed(distinct, { name: "countDistinct" });
  }

  private planned(planner: Planner, mode: Plan["mode"], groupSlot = -1): Plan {
    const filter = this.filterTree === undefined ? -1 : planner.test(this.filterTree);
    return planner.finish(mode, { filter, groupSlot });
  }

  private words(name: string): Store {
    const store = this.stores.get(name);
    if (store === undefined)
      throw new CodedError("SIGNALS_UNKNOWN_COLUMN", `The table has no column "${told(name)}"`, { value: name });
    if (store.kind !== "dictionary") throw badExpression(`"${name}" is a column of ${store.kind}, not of strings`);
    return store;
  }
}

function outputsOf(planner: Planner, wanted: unknown): Output[] {
  if (typeof wanted !== "object" || wanted === null)
    throw badExpression("select takes aggregates such as col(name).sum()");
  return Object.entries(wanted).map(([name, each]) => {
    const aggregate = aggregateOf(each);
    if (aggregate === undefined) throw badExpression(`"${name}" is not an aggregate such as col(name).sum()`);
    return addAggregate(planner, name, aggregate);
  });
}

function rowOf(outputs: readonly Output[], folded: Float64Array, at: number, first: Row = {}): Row {
  const entries = outputs.map((output) => [output.name, resultOf(output, folded, at)] as const);
  return Object.freeze(Object.fromEntries([...Object.entries(first), ...entries])); // own properties, also one named __proto__
}

function sameRow(before: Row, after: Row): boolean {
  return Object.keys(after).every((name) => Object.is(before[name], after[name]));
}

function sameList(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((row, at) => row === after[at]);
}
