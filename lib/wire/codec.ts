// The codec of servers. Bundles for browsers have codec-browser.ts in the place of this file: see rollup.config.mjs.
export { decodeValue } from "./decode.ts";
export { encodeLease, encodeValue } from "./encode.ts";
