import type { Weight } from "../pack.ts";
import { paramsCode } from "../params-code.ts";
import type { MixedSegment } from "../pattern.ts";
import type { Table } from "../table.ts";
import { childrenOf, heatOf, type Leaf, leavesBelow, type MixedEdge, type TreeNode } from "../tree.ts";
import type { Route } from "../types.ts";
import { type Capture, charTest, commonLength, move, type Place, show, valueCode } from "./place.ts";
import { PRELUDE } from "./prelude.ts";

/** What the code at a place knows. */
interface Scope {
  readonly at: Place;
  readonly captures: readonly Capture[];
  /** There is nothing to come back to when the rest fits nowhere. */
  readonly last: boolean;
}

// A subtree with more places where a path can end becomes a function of its own: V8 optimises no function whose
// bytecode is beyond 60 kB, and compiles long ones late (bench "router", "203 routes, mixed").
const MAX_ENDS = 24;

/**
 * Writes one function for each method: the tree as code, its characters as constants. Texts enter it as character
 * codes and, like names, through `JSON.stringify`; nothing else of a table does.
 *
 * @returns Statements that end in `return [finder, ...]`, one for each method of the table, for a function of `kit`.
 * Each function takes the steps of `quickWalk`: falling out of a block is going back to a weaker choice, `return null`
 * is giving up on a path that only the canonical form can tell.
 */
export function writeTable<Value>(table: Table<Value>, routes: readonly Route<Value>[], weight: Weight): string {
  const writer = new Writer(table, routes, weight);
  const finders = table.roots().map((root) => writer.finder(root));
  const head = [PRELUDE, ...writer.head, ...writer.functions].join("\n");
  return `${head}\nreturn [${finders.join(", ")}];`;
}

/** The mixed segments of a table, as its code numbers them: the same for the same routes, whatever the profile. */
export function mixedSegments<Value>(table: Table<Value>): readonly MixedSegment[] {
  return mixedEdges(table).map(({ segment }) => segment);
}

function mixedEdges<Value>(table: Table<Value>): readonly MixedEdge<Value>[] {
  return table.roots().flatMap(edgesBelow);
}

function edgesBelow<Value>(node: TreeNode<Value>): readonly MixedEdge<Value>[] {
  return [...node.mixed, ...childrenOf(node).flatMap(edgesBelow)];
}

class Writer<Value> {
  readonly head: string[] = [];
  readonly functions: string[] = [];
  private readonly edges: ReadonlyMap<MixedEdge<Value>, number>;
  private readonly routes: ReadonlyMap<Route<Value>, number>;
  private readonly weight: Weight;
  private readonly constants: Map<string, string> = new Map();
  private count = 0;

  constructor(table: Table<Value>, routes: readonly Route<Value>[], weight: Weight) {
    this.edges = new Map(mixedEdges(table).map((edge, i) => [edge, i]));
    this.routes = new Map(routes.map((route, i) => [route, i]));
    this.weight = weight;
  }

  /** The function of one method; its name. */
  finder(root: TreeNode<Value>): string {
    const name = this.fresh("find");
    this.functions.push(
      `function ${name}(p, n) {\nescaped = false;\n${this.node(root, { base: "", plus: 1 }, [], true)}\n}`,
    );
    return name;
  }

  /** The steps at a node; falls through when nothing fits, or returns when there is nothing to come back to. */
  private node(node: TreeNode<Value>, at: Place, captures: readonly Capture[], last: boolean): string {
    const statics = [...(node.statics ?? [])].filter(([text]) => text !== "");
    const open = node.param !== undefined || node.wildcard !== undefined || node.mixed.length > 0;
    // what only the canonical form can show cannot be compared here
    if (statics.some(([text]) => /[%/?#]/.test(text))) return "return null;";
    const blank = node.statics?.get("");
    const scope: Scope = { at, captures, last: last && !open };
    const parts = [this.statics(this.sorted(statics), 0, scope)];
    if (blank !== undefined) parts.push(this.after(blank, { ...scope, last: false }));
    const needed = statics.length > 0 && (open || !last); // else the matcher looks for escapes itself
    const texts = needed ? this.texts(statics.map(([text]) => text)) : "";
    if (open) parts.push(this.dynamic(node, { at, captures, last }, texts));
    else if (texts !== "") parts.push(`if (lost(p, ${show(at)}, n, ${texts})) return null;`);
    if (last) parts.push("return undefined;");
    return parts.join("\n");
  }

  /** The hot ones first, when a profile tells. */
  private sorted(statics: readonly Static<Value>[]): readonly Static<Value>[] {
    const weights = new Map(statics.map(([text, node]) => [text, heatOf(node, this.weight)]));
    return [...statics].sort(([a], [b]) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0));
  }

  /** Static texts as a radix tree over their characters, from the `done`th on. */
  private statics(texts: readonly Static<Value>[], done: number, scope: Scope): string {
    if (texts.length === 0) return "";
    const same = commonLength(
      texts.map(([text]) => text),
      done,
    );
    const { at } = scope;
    const [[first]] = texts as [Static<Value>]; // cast: it is not empty
    const tests = Array.from({ length: same - done }, (_, i) => charTest(at, done + i, first.charCodeAt(done + i)));
    const ends = texts.find(([text]) => text.length === same);
    const longer = texts.filter(([text]) => text.length > same);
    const inner: string[] = [];
    if (ends !== undefined) inner.push(this.after(ends[1], { ...scope, at: move(at, same) }));
    if (longer.length > 0) inner.push(this.branch(longer, same, scope));
    const body = inner.join("\n");
    if (tests.length === 0) return body;
    return `if (n >= ${show(move(at, same))}${tests.map((test) => ` && ${test}`).join("")}) {\n${body}\n}`;
  }

  private branch(texts: readonly Static<Value>[], done: number, scope: Scope): string {
    const groups = new Map<number, Static<Value>[]>();
    for (const entry of texts) {
      const code = entry[0].charCodeAt(done);
      groups.set(code, [...(groups.get(code) ?? []), entry]);
    }
    if (groups.size === 1) return this.statics(texts, done, scope);
    const cases = [...groups].map(
      ([code, group]) => `case ${code}: {\n${this.statics(group, done + 1, scope)}\nbreak;\n}`,
    );
    const place = show(move(scope.at, done));
    return `if (n > ${place}) switch (p.charCodeAt(${place})) {\n${cases.join("\n")}\n}`;
  }

  /** What may follow a static segment that ends at a place. */
  private after(node: TreeNode<Value>, scope: Scope): string {
    const end = this.leaf(node.leaf, scope.captures);
    const deeper = this.below(node, { ...scope, at: move(scope.at, 1) });
    const place = show(scope.at);
    if (deeper === "") return end === "" ? "" : `if (n === ${place} || isEnd(p.charCodeAt(${place}))) ${end}`;
    const next = `if (n > ${place} && p.charCodeAt(${place}) === 47) {\n${deeper}\n}`;
    return end === "" ? next : `${next} else if (n === ${place} || isEnd(p.charCodeAt(${place}))) ${end}`;
  }

  /** The steps below a node, in a function of their own when they are many. */
  private below(node: TreeNode<Value>, { at, captures, last }: Scope): string {
    if (
      node.statics === undefined &&
      node.param === undefined &&
      node.wildcard === undefined &&
      node.mixed.length === 0
    )
      return "";
    if (leavesBelow(node).length <= MAX_ENDS) return this.node(node, at, captures, last);
    const name = this.fresh("below");
    const own = captures.map((_, i) => ({ from: `a${i}`, to: `b${i}` }));
    const values = own.flatMap(({ from, to }) => [from, to]);
    const body = this.node(node, { base: "i", plus: 0 }, own, true);
    this.functions.push(`function ${name}(${["p", "n", "i", ...values].join(", ")}) {\n${body}\n}`);
    const given = captures.flatMap(({ from, to }) => [from, to]);
    const call = `${name}(${["p", "n", show(at), ...given].join(", ")})`;
    if (last) return `return ${call};`;
    const result = this.fresh("found");
    return `const ${result} = ${call};\nif (${result} !== undefined) return ${result};`;
  }

  private dynamic(node: TreeNode<Value>, { at, captures, last }: Scope, texts: string): string {
    const from = show(at);
    const to = this.fresh("e");
    const give =
      node.mixed.length > 0
        ? "return null"
        : texts === ""
          ? ""
          : `if (maybe(p, ${from}, percent, ${texts})) return null`;
    const parts = [
      `const ${to} = end(p, ${from}, n);`,
      `if (${to} > ${from}) {`,
      `if (p.charCodeAt(${from}) === 46) return null;`,
      give === "" ? "" : `if (percent >= 0) { ${give}; }`,
      ...node.mixed.map((edge) => this.mixed(edge, from, to, captures)),
      node.param === undefined
        ? ""
        : this.afterSegment(node.param, to, [...captures, { from, to }], last && node.wildcard === undefined),
      "}",
    ];
    if (node.wildcard !== undefined) parts.push(this.wildcard(node.wildcard, from, captures));
    return parts.filter((part) => part !== "").join("\n");
  }

  private mixed(edge: MixedEdge<Value>, from: string, to: string, captures: readonly Capture[]): string {
    const { segment, node } = edge;
    const id = this.edges.get(edge);
    const own = segment.params.map((_, i) => ({ from: this.fresh("s"), to: this.fresh("t"), at: captures.length + i }));
    const read = own.map(({ from: start, to: stop, at }) => `${start} = S[${at}], ${stop} = E[${at}]`).join(", ");
    const inner = this.afterSegment(node, to, [...captures, ...own], false);
    return `if (mixed(${id}, p, ${from}, ${to}, S, E, ${captures.length})) {\nconst ${read};\n${inner}\n}`;
  }

  private afterSegment(node: TreeNode<Value>, to: string, captures: readonly Capture[], last: boolean): string {
    const end = this.leaf(node.leaf, captures);
    const deeper = this.below(node, { at: { base: to, plus: 1 }, captures, last });
    if (deeper === "") return end === "" ? "" : `if (${to} === n || p.charCodeAt(${to}) !== 47) ${end}`;
    const next = `if (${to} < n && p.charCodeAt(${to}) === 47) {\n${deeper}\n}`;
    return end === "" ? next : `${next} else ${end}`;
  }

  private wildcard(leaf: Leaf<Value>, from: string, captures: readonly Capture[]): string {
    const to = this.fresh("w");
    const end = this.leaf(leaf, [...captures, { from, to }]);
    return end === "" ? "" : `const ${to} = rest(p, ${from}, n);\nif (${to} < 0) return null;\n${end}`;
  }

  /** The match of a leaf; nothing when all that ends there asks for a host or a version. */
  private leaf(leaf: Leaf<Value> | undefined, captures: readonly Capture[]): string {
    const claim = leaf?.plain;
    if (claim === undefined) return "";
    const route = this.constant("r", `routes[${this.routes.get(claim.route)}]`);
    const { names, wildcard } = claim.shape;
    if (names.length === 0) {
      return `return ${this.constant("m", `Object.freeze({ value: ${route}.value, params: empty, route: ${route} })`)};`;
    }
    const make = this.constant("P", paramsCode(names));
    const values = names.map((_, i) => valueCode(captures[i], wildcard && i === names.length - 1));
    return `return { value: ${route}.value, params: new ${make}(${values.join(", ")}), route: ${route} };`;
  }

  private texts(texts: readonly string[]): string {
    return this.constant("T", JSON.stringify(texts));
  }

  /** A constant of the module, made once for each text. */
  private constant(letter: string, code: string): string {
    const known = this.constants.get(code);
    if (known !== undefined) return known;
    const name = this.fresh(letter);
    this.constants.set(code, name);
    this.head.push(`const ${name} = ${code};`);
    return name;
  }

  private fresh(letter: string): string {
    return `${letter}${this.count++}`;
  }
}

type Static<Value> = readonly [text: string, node: TreeNode<Value>];
