import { HOLDS_HTML } from "../contexts.ts";
import { holdsHtml, type StartToken } from "./structure.ts";

// How far the content of an element has come where the parser keeps that in mind: of the page itself, <html> and <template>.
/** Nothing has decided yet what this is. */
export const START = 0;
/** Flow content; for a page or `<html>`: after an implied `<body>`. */
export const BODY = 1;
/** The content of a `<template>` that started as parts of a table. */
export const TABLE = 2;
export const TABLE_BODY = 3;
export const ROW = 4;
export const COLUMNS = 5;
/** After an implied `<head>`. */
export const IN_HEAD = 6;
export const AFTER_HEAD = 7;
export const AFTER_BODY = 8;
/** As START, after text: no `<html>` can follow. */
export const TEXT = 9;
/** Deeper than any browser nests: nothing is judged any more. */
export const LOST = 10;

const MAX_DEPTH = 512; // as the common browsers

/**
 * An open element with all those around it. There is one object per way to get there, so that what was found out for a template in
 * one state is looked up by identity; a state lives as long as the templates that lead to it.
 */
export interface State {
  /** "" at the top. */
  readonly tag: string;
  readonly space: "html" | "svg" | "math";
  readonly holdsHtml: boolean;
  readonly phase: number;
  readonly depth: number;
  readonly token: StartToken | undefined;
  readonly parent: State | undefined;
  readonly children: WeakMap<StartToken, State>;
  /** The same element in its other phases. */
  readonly phases: Map<number, State>;
}

/** The state before a page. */
export function makeTop(): State {
  const top: State = {
    ...{ tag: "", space: "html", holdsHtml: false, phase: START, depth: 0, token: undefined, parent: undefined },
    ...{ children: new WeakMap(), phases: new Map() },
  };
  top.phases.set(START, top);
  return top;
}

/** The state in which one more element is open. */
export function push(parent: State, token: StartToken, space: State["space"]): State {
  if (parent.depth >= MAX_DEPTH) return withPhase(topOf(parent), LOST);
  let state = parent.children.get(token);
  if (state === undefined) {
    state = {
      ...{ tag: token.tag, space, phase: START, depth: parent.depth + 1, token, parent },
      holdsHtml: space !== "html" && (HOLDS_HTML[space].has(token.tag) || (space === "math" && holdsHtml(token))),
      ...{ children: new WeakMap(), phases: new Map() },
    };
    state.phases.set(START, state);
    parent.children.set(token, state);
  }
  return state;
}

/** The same element, further on. */
export function withPhase(state: State, phase: number): State {
  let other = state.phases.get(phase);
  if (other === undefined) {
    other = { ...state, phase, children: new WeakMap() };
    state.phases.set(phase, other);
  }
  return other;
}

function topOf(state: State): State {
  let top = state;
  while (top.parent !== undefined) top = top.parent;
  return top;
}

/** The nearest open element, the current one first, that a test accepts before another test ends the search. */
export function nearest(
  from: State,
  accepts: (state: State) => boolean,
  ends: (state: State) => boolean,
): State | undefined {
  for (let state: State | undefined = from; state !== undefined; state = state.parent) {
    if (accepts(state)) return state;
    if (ends(state)) return undefined;
  }
  return undefined;
}

/** Tells whether it is an HTML element of this name. */
export function isHtml(state: State, tag: string): boolean {
  return state.tag === tag && state.space === "html";
}

/** Tells whether it is an HTML element of one of these names. */
export function isOneOf(state: State, tags: ReadonlySet<string>): boolean {
  return state.space === "html" && tags.has(state.tag);
}
