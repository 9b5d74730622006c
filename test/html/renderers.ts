import { makeHtml } from "../../lib/html/brand.ts";
import {
  type Html,
  type HtmlValue,
  isHtml,
  type RenderOptions,
  renderToBytes,
  renderToChunks,
  renderToString,
  renderToStringAsync,
} from "../../lib/html/index.ts";
import { HOT_RENDERS } from "../../lib/html/program/program.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { habitOf } from "../../lib/html/render/habit.ts";

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
  {
    name: "renderToChunks, by programs",
    render: (node, options) => {
      makePrograms(node);
      return chunksText(node, options);
    },
  },
  {
    name: "renderToString, by programs",
    render: (node, options) => {
      makePrograms(node);
      return renderToString(node, options);
    },
  },
  {
    name: "renderToString, read from bytes",
    render: (node, options) => {
      makePrograms(node);
      const habit = habitOf(node);
      while (habit?.wantsBytes() === false);
      return renderToString(node, options);
    },
  },
  {
    name: "renderToBytes, by programs",
    render: (node, options) => {
      makePrograms(node);
      return new TextDecoder().decode(renderToBytes(node, options));
    },
  },
];

/** Makes the code that templates get when they are rendered often: of this one and of those in its holes. */
export function makePrograms(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) makePrograms(item);
  if (!isHtml(node)) return;
  makeProgram(node);
  for (const value of node.values) makePrograms(value);
}

function makeProgram({ template }: Html): void {
  const { hot, operations } = compiled(template);
  hot.renders = Math.max(hot.renders, HOT_RENDERS - 1);
  hot.byteRenders = Math.max(hot.byteRenders, HOT_RENDERS - 1);
  const empty = makeHtml(
    template,
    operations.map(() => null),
  );
  for (const render of [renderToString, renderToBytes]) {
    try {
      render(empty, { report: false }); // the last one before it is hot
    } catch {
      // null stands in no script; the code is made before that is found
    }
  }
}

/** What the pieces of a page are together. */
export async function chunksText(node: HtmlValue, options: RenderOptions = {}): Promise<string> {
  const chunks = renderToChunks(node, options);
  const decoder = new TextDecoder();
  let text = "";
  for (let next = await chunks.next(); next !== undefined; next = await chunks.next()) {
    text += decoder.decode(next, { stream: true });
  }
  return text + decoder.decode();
}
