// Pages for the renderer threads: the same module runs in process, under busbar/workers and under piscina.
import { each, html, renderToBytes } from "busbar/html";
import { move } from "piscina";

export function report({ seed, rows }) {
  const list = Array.from({ length: rows }, (_, i) => ({ id: i, score: scoreOf(seed + i) }));
  return html`<table>${each(
    list,
    ({ id }) => id,
    ({ id, score }) => html`<tr id=${`r${id}`}><td>${`Row ${id} <${seed}>`}<td>${score}`,
  )}</table>`;
}

/** Something to compute, as pages that belong on a thread do. */
function scoreOf(value) {
  let score = value;
  for (let i = 0; i < 200; i++) score = (score * 1_103_515_245 + 12_345) % 2_147_483_648;
  return score;
}

/** For piscina, which brings back what a function returns, and is told what to move. */
export function rendered({ seed, rows }) {
  return move(renderToBytes(report({ seed, rows })));
}
