// The parts of the area: a folder each, with a cases.mjs that exports `part`.
//
//   part = {
//     name,                  the folder's
//     title, notes?,         heading, and paragraphs below it
//     cases: [{
//       name,                "writer, 2 KiB page": unique within the part
//       subjects,            { "<name>": module URL }: see worker.mjs for what a module exports
//       ours,                the subject that ratios refer to, or a list whose first one it is; the others are peers
//       tried?,              subjects that were tried and lost: measured, but nobody's peer
//       times?,              so many times as many process starts and rounds: where a verdict needs a narrower interval
//       allocates?,          true: bytes allocated per operation are counted as well
//       targets?,            see targets.mjs
//       line?,               { plot, at }: the case is a point of a plot over sizes, `at` this size
//     }],
//     targets?,              over several cases: see targets.mjs
//     dropped?,              [{ what, reason, figure | from: { case, tried, over } }]: `from` is computed from this run
//     measure?,              async ({ rounds, wants }) => ({ cases?, verdicts?, tables? }) for what fits no loop in one process; `rounds` 0: check only
//   }
import { existsSync } from "node:fs";

/**
 * Loads parts.
 * @param mayLack - During development a part's folder may be missing.
 */
export async function loadParts(names, mayLack) {
  const parts = [];
  for (const name of names) {
    const url = new URL(`./${name}/cases.mjs`, import.meta.url);
    if (mayLack && !existsSync(url)) {
      console.error(`${name}: no such part yet`);
      continue;
    }
    const { part } = await import(url.href);
    const fault = faultIn(part, name);
    if (fault !== undefined) throw new Error(`${name}/cases.mjs: ${fault}`);
    parts.push(part);
  }
  return parts;
}

/** What is wrong with a part, if anything is. */
export function faultIn(part, folder) {
  if (part.name !== folder) return `the part is named ${part.name}`;
  if (typeof part.title !== "string") return "the part has no title";
  const seen = new Set();
  for (const one of part.cases) {
    if (seen.has(one.name)) return `there are two cases "${one.name}"`;
    seen.add(one.name);
    const named = [...oursOf(one), ...(one.tried ?? [])];
    const unknown = named.find((name) => one.subjects[name] === undefined);
    if (unknown !== undefined) return `"${one.name}" has no subject "${unknown}"`;
  }
  return undefined;
}

/** Our subjects of a case; the first one is what ratios refer to. */
export function oursOf({ ours }) {
  return typeof ours === "string" ? [ours] : ours;
}
