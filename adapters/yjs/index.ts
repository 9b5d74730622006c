/**
 * Documents of Yjs as documents of busbar, through the optional peer `yjs`.
 * @packageDocumentation
 */
export { type FromYjsOptions, fromYjs } from "./from-yjs.ts";
