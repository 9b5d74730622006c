import type { AnyFrame, More } from "./types.ts";

/** No page is larger. */
const MAX_BYTES = 1 << 26;

/** Reads what came deflated, where the browser can: a page that is sent whole. */
export const inflateFrames: More = (live, [, , , , , , , decode]) => {
  if (!globalThis.DecompressionStream) return;
  live._inflate = async ([, size, bytes]) => {
    try {
      // What is said to be the size has room, and no more: a range that does not fit throws.
      const all = new Uint8Array((size as number) > MAX_BYTES ? -1 : (size as number)); // casts: the fields of the frame; what has bytes has a body
      let at = 0;
      const { body } = new Response(bytes as Uint8Array<ArrayBuffer>);
      const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>)
        .pipeThrough(new DecompressionStream("deflate-raw"))
        .getReader();
      for (let part = await reader.read(); part.value; part = await reader.read()) {
        all.set(part.value, at);
        at += part.value.length;
      }
      if (at < all.length) throw Error();
      return decode(all) as unknown as AnyFrame; // cast: what a live session sends
    } catch (error) {
      live._inflate = undefined; // from now on it comes as it is
      throw error;
    }
  };
};
