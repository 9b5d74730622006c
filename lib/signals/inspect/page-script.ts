/*
 * What the page of a graph runs, as text: a function turned into text would carry whatever a build put into it. Neither holds "</", so both may
 * stand in their elements as they are.
 */

export const PAGE_STYLE: string = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { margin: 1rem; }
h1 { font-size: 1.1rem; margin: 0; }
#graph { overflow: auto; }
svg text { font: 12px ui-monospace, monospace; fill: currentColor; }
svg text.name { font-weight: 600; }
svg rect { fill: Canvas; stroke: GrayText; stroke-width: 1; }
svg .signal rect { stroke: #2563eb; }
svg .computed rect { stroke: #7c3aed; }
svg .effect rect { stroke: #059669; }
svg .watched rect { stroke-width: 2; }
svg .stale rect { stroke-dasharray: 4 3; }
svg .error rect { stroke: #dc2626; }
svg .ran rect { fill: #fde68a; }
svg .ran text { fill: #1c1917; }
svg path { fill: none; stroke: GrayText; }
svg path.owns { stroke-dasharray: 2 4; }
`;

export const PAGE_SCRIPT: string = `
"use strict";
(() => {
  const MAX_NODES = 500, WIDTH = 220, HEIGHT = 56, GAP_X = 70, GAP_Y = 16;
  const { url, interval } = document.body.dataset;
  const status = document.getElementById("status");
  const place = document.getElementById("graph");
  let runsBefore = new Map();
  let textBefore = "";

  const svg = (name, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const short = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

  // The layer of a node is one behind the last of those before it. Kahn's algorithm; what stands in a cycle stays in layer 0.
  function layersOf(nodes, edges) {
    const layer = new Map(nodes.map(({ id }) => [id, 0]));
    const open = new Map(nodes.map(({ id }) => [id, 0]));
    const after = new Map(nodes.map(({ id }) => [id, []]));
    for (const { from, to } of edges) {
      open.set(to, open.get(to) + 1);
      after.get(from).push(to);
    }
    const ready = nodes.filter(({ id }) => open.get(id) === 0).map(({ id }) => id);
    for (const id of ready) {
      for (const to of after.get(id)) {
        layer.set(to, Math.max(layer.get(to), layer.get(id) + 1));
        open.set(to, open.get(to) - 1);
        if (open.get(to) === 0) ready.push(to);
      }
    }
    const layers = [];
    for (const node of nodes) (layers[layer.get(node.id)] ??= []).push(node);
    return [...layers].map((each) => each ?? []);
  }

  // Each node goes to about the height of what it reads, so that edges cross less.
  function placed(layers, edges) {
    const spots = new Map();
    const before = new Map();
    for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
    layers.forEach((layer, column) => {
      const wish = new Map(layer.map(({ id }, row) => {
        const rows = (before.get(id) ?? []).map((from) => spots.get(from)?.row).filter((each) => each !== undefined);
        return [id, rows.length === 0 ? row : rows.reduce((sum, each) => sum + each, 0) / rows.length];
      }));
      layer.sort((a, b) => wish.get(a.id) - wish.get(b.id));
      layer.forEach(({ id }, row) => spots.set(id, { row, x: column * (WIDTH + GAP_X) + 2, y: row * (HEIGHT + GAP_Y) + 2 }));
    });
    return spots;
  }

  function drawNode(node, { x, y }) {
    const ran = runsBefore.has(node.id) && runsBefore.get(node.id) !== node.runs;
    const classes = [node.kind, node.watched && "watched", node.stale && "stale", node.holds === "error" && "error", ran && "ran"];
    const title = svg("title", {});
    title.textContent = node.kind + " " + node.name + (node.preview === undefined ? "" : "\\n" + node.preview);
    const row = (text, dy, name) => {
      const element = svg("text", { x: x + 8, y: y + dy, class: name });
      element.textContent = short(text, 28);
      return element;
    };
    const counts = node.runs === undefined ? node.kind : node.kind + ", " + node.runs + " runs, " + node.timeMs + " ms";
    return svg("g", { class: classes.filter(Boolean).join(" "), "data-id": node.id }, title,
      svg("rect", { x, y, width: WIDTH, height: HEIGHT, rx: node.kind === "signal" ? 20 : 3 }),
      row(node.name, 17, "name"), row(node.preview ?? "", 33, "preview"), row(counts, 49, "counts"));
  }

  function drawEdge({ from, to, kind }, spots) {
    const start = spots.get(from), end = spots.get(to);
    const x1 = start.x + WIDTH, y1 = start.y + HEIGHT / 2, x2 = end.x, y2 = end.y + HEIGHT / 2, bend = GAP_X / 2;
    return svg("path", { class: kind, d: "M" + [x1, y1] + "C" + [x1 + bend, y1, x2 - bend, y2, x2, y2] });
  }

  function draw(graph) {
    const nodes = graph.nodes.slice(0, MAX_NODES);
    const known = new Set(nodes.map(({ id }) => id));
    const edges = graph.edges.filter(({ from, to }) => known.has(from) && known.has(to));
    const layers = layersOf(nodes, edges);
    const spots = placed(layers, edges);
    const width = Math.max(1, layers.length) * (WIDTH + GAP_X);
    const height = Math.max(1, ...layers.map(({ length }) => length)) * (HEIGHT + GAP_Y);
    const picture = svg("svg", { width, height, viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": "Graph of signals" },
      ...edges.map((edge) => drawEdge(edge, spots)), ...nodes.map((node) => drawNode(node, spots.get(node.id))));
    place.replaceChildren(picture);
    runsBefore = new Map(nodes.map(({ id, runs }) => [id, runs]));
    const more = graph.truncated || graph.nodes.length > MAX_NODES ? ", more are not shown" : "";
    status.textContent = nodes.length + " nodes, " + edges.length + " edges" + more;
  }

  async function look() {
    try {
      if (!document.hidden || textBefore === "") {
        const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store" });
        if (!response.ok) throw new Error("the server answered " + response.status);
        const text = await response.text();
        if (text !== textBefore) draw(JSON.parse(text));
        else for (const each of place.querySelectorAll(".ran")) each.classList.remove("ran");
        textBefore = text;
      }
    } catch (error) {
      status.textContent = "Not up to date: " + error.message;
    }
    setTimeout(look, Number(interval));
  }
  look();
})();
`;
