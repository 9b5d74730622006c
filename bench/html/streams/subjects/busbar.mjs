import * as html from "busbar/html";
import * as node from "busbar/node";
import { mapPages } from "../../map-pages.mjs";
import { pages, result, shell } from "../../subjects/busbar-pages.mjs";
import { response } from "../writable.mjs";

const { renderToBytes, renderToBytesAsync, renderToChunks, renderToStream } = html;
const { renderToNode } = node;

const latePage = ({ query, total }, results) =>
  shell(
    query,
    total,
    results.then((list) => list.map(result)),
  );
const waitingPage = ({ query, total, results }) => shell(query, total, results.map(lookUp));

async function lookUp(one) {
  return result(await one);
}

function waysOf(name, render, send) {
  if (render === undefined) return { missing: `${name}: not built yet` };
  return {
    ready: mapPages(pages, (page) => (data, sink) => send(page(data), sink)),
    late: (data, results, sink) => send(latePage(data, results), sink),
    waiting: (data, sink) => send(waitingPage(data), sink),
  };
}

/** Synchronous: what the others are compared with. */
export const toBytes = { ready: mapPages(pages, (page) => (data, sink) => sink(renderToBytes(page(data)))) };

export const toBytesAsync = waysOf("renderToBytesAsync", renderToBytesAsync, async (page, sink) => {
  sink(await renderToBytesAsync(page));
});

export const toStream = waysOf("renderToStream", renderToStream, async (page, sink) => {
  const reader = renderToStream(page).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    sink(value);
  }
});

export const toChunks = waysOf("renderToChunks", renderToChunks, async (page, sink) => {
  const chunks = renderToChunks(page);
  for (;;) {
    const next = chunks.next();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    sink(chunk);
  }
});

export const toNode = waysOf("renderToNode", renderToNode, async (page, sink) => {
  const { writable, finished } = response(sink);
  await renderToNode(page, writable);
  await finished;
});
