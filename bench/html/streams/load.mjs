import { preparedFile } from "../prepared.mjs";

/** The ways to send a page. Those of the package that it does not have yet are left out. */
export const STREAMS = {
  renderToBytes: { file: "busbar.mjs", name: "toBytes", group: "ours" },
  renderToStream: { file: "busbar.mjs", name: "toStream", group: "ours" },
  renderToChunks: { file: "busbar.mjs", name: "toChunks", group: "ours" },
  renderToBytesAsync: { file: "busbar.mjs", name: "toBytesAsync", group: "ours" },
  "renderToNode, writable": { file: "busbar.mjs", name: "toNode", group: "ours" },
  "hono/html": { file: "hono.mjs", name: "hono", group: "peer" },
  eta: { file: "eta.mjs", name: "eta", group: "peer" },
  "@kitajs/html": { file: "kita-streams.mjs", name: "kita", group: "peer", prepared: true },
  "react-dom/server, writable": { file: "react-streams.mjs", name: "react", group: "peer", prepared: true },
  "Vue compiled, writable": { file: "vue-streams.mjs", name: "vue", group: "peer", prepared: true },
  "Marko 6": { file: "marko-streams.mjs", name: "marko", group: "peer", prepared: true },
  "hand-written, writable": { file: "hand-written.mjs", name: "handWritten", group: "ceiling" },
};

/** One of them. */
export async function loadFrom(subjectName) {
  const { file, name, prepared } = STREAMS[subjectName];
  const address = prepared ? preparedFile(file) : new URL(`./subjects/${file}`, import.meta.url).href;
  return (await import(address))[name];
}
