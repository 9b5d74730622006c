/**
 * Shared rich texts in ProseMirror, and in what stands on it, such as Tiptap. For browsers; needs the packages `prosemirror-model`,
 * `prosemirror-state` and `prosemirror-view`.
 * @packageDocumentation
 */
export { marksOf, readDocument } from "./build.ts";
export { type ProseMirrorOptions, sharedRichText } from "./shared-rich-text.ts";
