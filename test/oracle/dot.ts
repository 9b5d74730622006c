/*
 * A reader of the DOT language's core, after its published grammar: digraph, statements of nodes and edges with attribute lists, quoted and plain ids.
 * It throws where the text is not of that grammar.
 */

export interface DotGraph {
  readonly nodes: Map<string, ReadonlyMap<string, string>>;
  readonly edges: { readonly from: string; readonly to: string; readonly attributes: ReadonlyMap<string, string> }[];
}

const TOKEN = /\s+|"((?:[^"\\]|\\[\s\S])*)"|([A-Za-z_][A-Za-z_0-9]*|-?(?:\.\d+|\d+(?:\.\d*)?))|(->|[{}[\]=;,])/y;

interface Token {
  readonly kind: "id" | "mark" | "end";
  readonly text: string;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`no token at ${at}: ${text.slice(at, at + 20)}`);
    const [, quoted, plain, mark] = match;
    // In a quoted id only an escaped quote is unescaped; other escapes are for whoever reads the attribute.
    if (quoted !== undefined) found.push({ kind: "id", text: quoted.replaceAll('\\"', '"') });
    else if (plain !== undefined) found.push({ kind: "id", text: plain });
    else if (mark !== undefined) found.push({ kind: "mark", text: mark });
  }
  return [...found, { kind: "end", text: "" }];
}

export function parseDot(text: string): DotGraph {
  const list = tokens(text);
  let at = 0;
  const peek = (): Token => list[at] ?? { kind: "end", text: "" };
  const is = (mark: string): boolean => peek().kind === "mark" && peek().text === mark;
  const take = (mark: string): void => {
    if (!is(mark)) throw new Error(`expected ${mark}, found ${peek().text}`);
    at++;
  };
  const id = (): string => {
    const { kind, text: name } = peek();
    if (kind !== "id") throw new Error(`expected an id, found ${name}`);
    at++;
    return name;
  };
  const attributes = (): Map<string, string> => {
    const found = new Map<string, string>();
    while (is("[")) {
      take("[");
      while (!is("]")) {
        const key = id();
        take("=");
        found.set(key, id());
        if (is(",") || is(";")) at++;
      }
      take("]");
    }
    return found;
  };
  const graph: DotGraph = { nodes: new Map(), edges: [] };
  if (id() !== "digraph") throw new Error("no digraph");
  if (!is("{")) id();
  take("{");
  while (!is("}")) {
    const first = id();
    if (is("=")) {
      take("=");
      id();
    } else if (is("->")) {
      take("->");
      const to = id();
      graph.edges.push({ from: first, to, attributes: attributes() });
    } else if (["node", "edge", "graph"].includes(first)) attributes();
    else graph.nodes.set(first, attributes());
    if (is(";")) take(";");
  }
  take("}");
  if (peek().kind !== "end") throw new Error("text after the graph");
  return graph;
}

/** What Graphviz shows for a label: line breaks, escapes and entities are resolved. */
export function shownLabel(label: string): string {
  return label
    .replaceAll(/\\([\s\S])/g, (_, next: string) => (next === "n" ? "\n" : next === "\\" ? "\\" : `(escape ${next})`))
    .replaceAll(/&(#?\w+);/g, (_, name: string) => (name === "amp" ? "&" : `(entity ${name})`));
}
