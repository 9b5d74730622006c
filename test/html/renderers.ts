import {
  type HtmlValue,
  type RenderOptions,
  renderToBytes,
  renderToChunks,
  renderToString,
  renderToStringAsync,
} from "../../lib/html/index.ts";

/** One way to render. */
export interface Renderer {
  readonly name: string;
  render(node: HtmlValue, options: RenderOptions): string | Promise<string>;
}

/** All ways to render: each must do the same with every case. */
export const RENDERERS: readonly Renderer[] = [
  { name: "renderToString", render: (node, options) => renderToString(node, options) },
  { name: "renderToStringAsync", render: (node, options) => renderToStringAsync(node, options) },
  { name: "renderToChunks", render: chunksText },
  { name: "renderToBytes", render: (node, options) => new TextDecoder().decode(renderToBytes(node, options)) },
];

async function chunksText(node: HtmlValue, options: RenderOptions): Promise<string> {
  const chunks = renderToChunks(node, options);
  const decoder = new TextDecoder();
  let text = "";
  for (let next = await chunks.next(); next !== undefined; next = await chunks.next()) {
    text += decoder.decode(next, { stream: true });
  }
  return text + decoder.decode();
}
