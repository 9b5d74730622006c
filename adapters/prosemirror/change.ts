import { Fragment, type Mark, type Node } from "prosemirror-model";
import type { EditorState, Transaction } from "prosemirror-state";

/**
 * The transaction that makes the editor show `target`; undefined when it does. It changes as little as it can: what is replaced is lost to the editor's own
 * undo and to its selection.
 */
export function changeTo(state: EditorState, target: Node): Transaction | undefined {
  const place = difference(state.doc, target);
  if (place === undefined) return undefined;
  const isPlain = place.from === place.to || place.from === place.end; // only comes or only goes
  if (!isPlain) {
    const change = changeMarks(changeContent(state, target), target);
    if (change.doc.eq(target)) return change;
  }
  return state.tr.replace(place.from, place.to, target.slice(place.from, place.end));
}

/** The first step: content, whatever its marks. */
function changeContent(state: EditorState, target: Node): Transaction {
  const place = difference(unmarked(state.doc), unmarked(target));
  if (place === undefined) return state.tr;
  return state.tr.replace(place.from, place.to, target.slice(place.from, place.end));
}

interface Place {
  readonly from: number;
  /** Where the difference ends in what is, */
  readonly to: number;
  /** and in what is to be. */
  readonly end: number;
}

function difference(before: Node, after: Node): Place | undefined {
  const from = before.content.findDiffStart(after.content);
  if (from === null) return undefined;
  const { a, b } = before.content.findDiffEnd(after.content) ?? { a: from, b: from };
  const overlap = Math.max(0, from - Math.min(a, b));
  return { from, to: a + overlap, end: b + overlap };
}

/** The same content without marks. */
function unmarked(node: Node): Node {
  if (node.isText) return node.mark([]);
  const children: Node[] = [];
  node.forEach((child) => {
    children.push(unmarked(child));
  });
  const content = Fragment.fromArray(children); // joins texts that differed in marks only
  return (node.isInline ? node.mark([]) : node).copy(content);
}

/** What is inline, with its marks. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly marks: readonly Mark[];
}

/** The second step: marks, where both have the same content. */
function changeMarks(change: Transaction, target: Node): Transaction {
  const [before, after] = [runsOf(change.doc), runsOf(target)];
  for (let i = 0, j = 0; i < before.length && j < after.length; ) {
    const [old, next] = [before[i] as Run, after[j] as Run]; // casts: within bounds
    const [from, to] = [Math.max(old.from, next.from), Math.min(old.to, next.to)];
    if (from < to) {
      for (const mark of old.marks) if (!mark.isInSet(next.marks)) change.removeMark(from, to, mark);
      for (const mark of next.marks) if (!mark.isInSet(old.marks)) change.addMark(from, to, mark);
    }
    if (old.to <= to) i++;
    if (next.to <= to) j++;
    if (old.to > to && next.to > to) break; // they are not the same content after all
  }
  return change;
}

function runsOf(doc: Node): Run[] {
  const runs: Run[] = [];
  doc.descendants((node, position) => {
    if (node.isInline) runs.push({ from: position, to: position + node.nodeSize, marks: node.marks });
    return !node.isInline;
  });
  return runs;
}
