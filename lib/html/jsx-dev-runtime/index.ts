/**
 * JSX for busbar/html in development: messages name the place in the source.
 * @packageDocumentation
 */
export { Fragment } from "../elements/jsx.ts";
export { jsxDEV } from "../elements/jsx-dev.ts";
export type { SourcePosition } from "../elements/jsx-types.ts";
export type { Component, JSX } from "../jsx-runtime/index.ts";
