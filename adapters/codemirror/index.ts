/**
 * Shared texts in CodeMirror 6. For browsers; needs the packages `@codemirror/state` and `@codemirror/view`.
 * @packageDocumentation
 */
export { type CodeMirrorOptions, sharedText } from "./shared-text.ts";
