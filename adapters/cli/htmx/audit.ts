import { judge, nameOf } from "./judge.ts";
import { createPlaces } from "./places.ts";
import { say } from "./tables.ts";
import type { Remark, Use, Verdict, Version } from "./types.ts";
import { MAX_USES, usesIn } from "./uses.ts";
import { type Decision, decideVersion, type Evidence, evidenceIn } from "./version.ts";
import { extensionOf } from "./walk.ts";

/** A remark and where it belongs. */
export interface Finding extends Remark {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** What was found there: an attribute, a header, an event, ... */
  readonly name: string;
}

/** How many uses there are of each kind; each counts once, under its worst remark. */
export type Counts = Readonly<Record<Verdict | "same", number>>;

/** What was found in a project. */
export interface Audit {
  readonly from: Decision;
  readonly files: number;
  readonly uses: number;
  readonly counts: Counts;
  /** What carries over as it is, and how often, the most frequent first. */
  readonly same: readonly (readonly [name: string, count: number])[];
  readonly findings: readonly Finding[];
  /** What holds for the project as a whole. */
  readonly notes: readonly Remark[];
  /** What was not looked at, and why. */
  readonly left: readonly string[];
}

/** A file, as it was read. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

interface Read {
  readonly file: string;
  readonly uses: readonly Use[];
  readonly evidence: Evidence;
  readonly placeOf: ReturnType<typeof createPlaces>;
}

/** At most so many uses of one project are looked at. */
const MAX_ALL = 100_000;

const ORDER: readonly (Verdict | "same")[] = ["change", "differs", "morph", "page", "plus", "same"];

/** Looks at the files of a project. `from`: its version of htmx, where that is known. */
export function audit(sources: Iterable<Source>, from: Version | undefined, notRead: readonly string[] = []): Audit {
  const left = [...notRead];
  const read = readAll(sources, left);
  const found = read.map(({ file, evidence }) => ({ file, ...evidence }));
  const decision = from === undefined ? decideVersion(found) : { version: from, reason: "as --from says" };
  const counts = { change: 0, differs: 0, morph: 0, page: 0, plus: 0, same: 0 };
  const same = new Map<string, number>();
  const findings: Finding[] = [];
  for (const { file, uses, placeOf } of read)
    for (const use of uses) {
      const remarks = judge(use, decision.version);
      const name = nameOf(use);
      const worst = ORDER.find((verdict) => remarks.some((remark) => remark.verdict === verdict)) ?? "same";
      counts[worst]++;
      if (worst === "same") same.set(name, (same.get(name) ?? 0) + 1);
      for (const remark of remarks) findings.push({ file, ...placeOf(use.at), name, ...remark });
    }
  const uses = read.reduce((sum, file) => sum + file.uses.length, 0);
  const frequent = [...same].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const notes = uses === 0 ? [] : notesOn(decision.version);
  return { from: decision, files: read.length, uses, counts, same: frequent, findings, notes, left };
}

function readAll(sources: Iterable<Source>, left: string[]): Read[] {
  const read: Read[] = [];
  let sum = 0;
  for (const { file, text } of sources) {
    const isPackage = file.endsWith("package.json");
    const uses = isPackage ? [] : usesIn(text, extensionOf(file));
    if (isPackage && !/"htmx\.org"/.test(text)) continue;
    if (uses.length >= MAX_USES) left.push(`${file}: more than ${MAX_USES} uses`);
    sum += uses.length;
    if (sum > MAX_ALL) {
      left.push(`${file} and what follows: more than ${MAX_ALL} uses in all`);
      break;
    }
    read.push({ file, uses, evidence: evidenceIn(text, uses), placeOf: createPlaces(text) });
  }
  return read;
}

/** Differences that no line of a template shows. */
function notesOn(version: Version): Remark[] {
  const errors = say(
    "differs",
    "status",
    version === 4
      ? "replies of 400 and above were swapped; here only 422, one with a matching hx-status (busbar-plus), and one that sends HX-Retarget or HX-Reswap"
      : "422 is swapped, and so is an error that sends HX-Retarget or HX-Reswap, or that a hx-status (busbar-plus) matches; other errors are not, as before",
  );
  const inherit =
    version === 4
      ? say(
          "differs",
          "inherit",
          "nothing is passed on without :inherited only while inherit is off",
          "busbarConfig.inherit = false, as in htmx 4",
        )
      : say(
          "differs",
          "inherit",
          "attributes are passed on to what is inside only while inherit is on",
          "busbarConfig.inherit = true, as in htmx 2",
        );
  return [errors, inherit];
}
