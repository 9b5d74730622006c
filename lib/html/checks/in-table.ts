import { bodyStart, drop, isInTemplate, isOnlyForm } from "./in-body.ts";
import { BODY, COLUMNS, ROW, START, type State, TABLE, TABLE_BODY, TEXT, withPhase } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { BODIES, CELLS, METADATA, TABLE_PARTS } from "./tags.ts";
import { closeThrough, type Walker } from "./walker.ts";

interface TablePlace {
  /** The table, the part of it or, when that is all there is, the template. */
  readonly anchor: State;
  readonly phase: number;
  /** The table is not in sight: the content of a template. */
  readonly isOpen: boolean;
  again(): boolean;
}

/** A start tag in `<template>`, or at the top of a piece of a page: its first element tells what it is. */
export function templateStart(w: Walker, token: StartToken, anchor: State): boolean {
  const { tag } = token;
  const isInColumns = anchor.phase === COLUMNS && anchor === w.state;
  if (METADATA.has(tag) && (!isInColumns || tag === "template")) return true;
  if (anchor === w.state && (anchor.phase === START || anchor.phase === TEXT)) {
    w.state = withPhase(anchor, phaseOf(tag));
    return readIn(w, token, w.state);
  }
  return readIn(w, token, anchor);
}

function readIn(w: Walker, token: StartToken, anchor: State): boolean {
  const { phase } = anchor;
  if (phase === COLUMNS && anchor === w.state) return token.tag === "col" || outsideTable(w, token.tag);
  if (phase !== TABLE && phase !== TABLE_BODY && phase !== ROW) return bodyStart(w, token);
  return tableStart(w, token, { anchor, phase, isOpen: true, again: () => readIn(w, token, anchor) });
}

function phaseOf(tag: string): number {
  if (tag === "col") return COLUMNS;
  if (tag === "tr") return TABLE_BODY;
  if (CELLS.has(tag)) return ROW;
  return TABLE_PARTS.has(tag) ? TABLE : BODY;
}

/** A start tag directly in a table or in a part of it. */
export function tableStart(w: Walker, token: StartToken, place: TablePlace): boolean {
  const { tag } = token;
  const { anchor, phase, isOpen } = place;
  if (isOpen && anchor !== w.state && TABLE_PARTS.has(tag)) return drop(w, tag);
  if (TABLE_PARTS.has(tag)) return partStart(w, tag, place);
  if (tag === "table") return isOpen ? outsideTable(w, tag) : closePart(w, tag, place);
  if (tag === "style" || tag === "script" || tag === "template" || isMaybeHidden(token)) return true;
  if (tag === "form") return formStart(w);
  if (isOpen) return bodyStart(w, token);
  const advice = phase === ROW ? "in a cell" : "in a cell or the <caption>, or outside the table";
  w.fault("nesting", `<${tag}> directly in <${anchor.tag}> is moved out, before the table; write it ${advice}`, anchor);
  return false;
}

/** Parts of a table, in a table, its bodies or its rows. */
function partStart(w: Walker, tag: string, place: TablePlace): boolean {
  const { anchor, phase } = place;
  if (CELLS.has(tag)) {
    if (phase === ROW) return true;
    const name = anchor.tag === "" ? "a table" : `<${anchor.tag}>`;
    w.fault("nesting", `<${tag}> directly in ${name} is put into a new row; write it in a <tr>`, anchor);
    return false;
  }
  if (phase === TABLE || (phase === TABLE_BODY && tag === "tr")) return true;
  return place.isOpen ? outsideTable(w, tag) : closePart(w, tag, place);
}

function closePart(w: Walker, tag: string, { anchor, again }: TablePlace): boolean {
  if (closeThrough(w, anchor)) return again();
  w.fault("nesting", `<${tag}> closes the <${anchor.tag}> around it; ${adviceFor(tag)}`, anchor);
  return false;
}

function adviceFor(tag: string): string {
  if (tag === "table") return "write it in a cell";
  if (CELLS.has(tag)) return "cells stand next to each other in a <tr>";
  if (tag === "tr") return "rows stand next to each other in a <table> or a <tbody>";
  return BODIES.has(tag) || tag === "colgroup" || tag === "caption"
    ? "it stands directly in a <table>"
    : "it stands in a <colgroup>";
}

/** The parser leaves a hidden input where it is. A type it cannot know is not judged. */
function isMaybeHidden({ tag, attributes, spreads }: StartToken): boolean {
  if (tag !== "input") return false;
  const type = attributes.get("type");
  return type?.toLowerCase() === "hidden" || (attributes.has("type") && type === undefined) || spreads.length > 0;
}

/** A form in a table is closed at once, and in a template dropped. */
function formStart(w: Walker): boolean {
  if (!isOnlyForm(w)) return false;
  if (w.isEmpty && !isInTemplate(w.state)) return true;
  const advice = "put it around the table or into one cell, or give the controls a form attribute";
  w.fault("nesting", `<form> directly in a table is closed at once; ${advice}`);
  return false;
}

function outsideTable(w: Walker, tag: string): false {
  w.fault("nesting", `<${tag}> beside parts of a table is dropped; write the <table> around them`);
  return false;
}

/** A start tag in a cell or caption. */
export function cellStart(w: Walker, token: StartToken, cell: State, again: () => boolean): boolean {
  if (!TABLE_PARTS.has(token.tag)) return bodyStart(w, token);
  if (closeThrough(w, cell)) return again();
  w.fault("nesting", `<${token.tag}> closes the <${cell.tag}> around it; ${adviceFor(token.tag)}`, cell);
  return false;
}

/** A start tag in `<colgroup>`. */
export function columnsStart(w: Walker, { tag }: StartToken, columns: State, again: () => boolean): boolean {
  if (tag === "col" || tag === "template") return true;
  if (closeThrough(w, columns)) return again();
  w.fault("nesting", `<${tag}> closes the <colgroup> around it; it holds <col> alone`, columns);
  return false;
}
