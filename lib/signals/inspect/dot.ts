import { checkObject, checkRows, wrong } from "../arguments.ts";
import type { GraphNode, SignalGraph } from "./graph.ts";

const SHAPES = { signal: "ellipse", computed: "box", effect: "hexagon", scope: "folder" } as const;

/**
 * The graph in the DOT language, for Graphviz and its many kin. Names and previews are text in it, whatever they contain.
 * @returns ASCII save for what names and previews contain; ends with a line break.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no graph, such as JSON of something else.
 * @example
 * ```ts
 * await writeFile("graph.dot", toDot(exportGraph({ roots: [total] }))); // dot -Tsvg graph.dot > graph.svg
 * ```
 * @public
 */
export function toDot(graph: SignalGraph): string {
  checkObject(graph, "A graph");
  checkRows(graph.nodes, "Nodes");
  checkRows(graph.edges, "Edges");
  const lines = ["digraph signals {", '  rankdir="LR";', '  node [fontname="sans-serif"];'];
  for (const node of graph.nodes) {
    checkObject(node, "A node");
    const attributes = [
      `label=${quote(labelOf(node))}`,
      `shape=${quote(SHAPES[node.kind])}`,
      ...(node.watched ? ['penwidth="2"'] : []),
      ...(node.stale ? ['style="dashed"'] : []),
      ...(node.holds === "error" ? ['color="red"'] : []),
    ];
    lines.push(`  ${quote(node.id)} [${attributes.join(", ")}];`);
  }
  for (const edge of graph.edges) {
    checkObject(edge, "An edge");
    const { from, to, kind } = edge;
    lines.push(`  ${quote(from)} -> ${quote(to)}${kind === "owns" ? ' [style="dotted", arrowhead="odiamond"]' : ""};`);
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

function labelOf({ name, preview, runs, timeMs }: GraphNode): string {
  const rows = [name];
  if (preview !== undefined) rows.push(preview);
  if (runs !== undefined) rows.push(`${runs} runs, ${timeMs ?? 0} ms`);
  return rows.join("\n");
}

/**
 * A quoted string of DOT. In labels a backslash starts an escape and an ampersand an entity, so both are escaped; other control characters have
 * no place in the language.
 */
function quote(text: string): string {
  if (typeof text !== "string") throw wrong("A name in a graph is no text", text);
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("&", "&amp;")
    .replaceAll(/\r\n?|\n/g, "\\n")
    .replaceAll(/\p{Cc}/gu, " ")
    .replaceAll(/\p{Cs}/gu, "\ufffd"); // with `u` that is halves of pairs only
  return `"${escaped}"`;
}
