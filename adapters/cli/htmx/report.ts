import { safe } from "../report.ts";
import type { Audit, Finding } from "./audit.ts";
import type { Remark } from "./types.ts";

/** What `busbar htmx` prints. */
export function auditText(audit: Audit): string {
  const { findings, notes, left } = audit;
  const lines = [
    ...findings.map(findingText),
    ...notes.map((note) => `everywhere ${remarkText(note)}`),
    ...left.map((text) => `not read: ${safe(text)}`),
  ];
  return [...lines, ...(lines.length === 0 ? [] : [""]), ...summary(audit)].join("\n");
}

function findingText(finding: Finding): string {
  const { file, line, column, name } = finding;
  return `${safe(file)}:${line}:${column} ${remarkText(finding, safe(name))}`;
}

function remarkText({ verdict, why, instead }: Remark, name?: string): string {
  const subject = name === undefined || why.startsWith(name) ? "" : `${name}: `;
  return `${verdict}: ${subject}${safe(why)}${instead === undefined ? "" : `; instead: ${safe(instead)}`}`;
}

/** How many names of what carries over are listed. */
const LISTED = 12;

function summary({ from, files, uses, counts, same }: Audit): string[] {
  const read = `${files} ${files === 1 ? "file" : "files"} read`;
  if (uses === 0) return [`${read}, no use of htmx`];
  const names = same.slice(0, LISTED).map(([name, count]) => `${safe(name)} ${count}`);
  const more = same.length > LISTED ? ", ..." : "";
  const rows: (readonly [number, string])[] = [
    [counts.same, `carry over with busbar-hx.min.js${names.length === 0 ? "" : `: ${names.join(", ")}${more}`}`],
    [counts.plus, "need busbar-plus too"],
    [counts.page, "need busbar-page too"],
    [counts.morph, "need busbar-morph too"],
    [counts.differs, "carry over and behave differently"],
    [counts.change, "do not carry over"],
  ];
  const width = String(uses).length;
  const head = `${read}, ${uses} ${uses === 1 ? "use" : "uses"} of htmx ${from.version} (${safe(from.reason)})`;
  return [head, ...rows.map(([count, text]) => `  ${String(count).padStart(width)} ${text}`)];
}

/** The same as one JSON document. */
export function auditJson({ from, files, uses, counts, same, findings, notes, left }: Audit): string {
  const document = {
    from: from.version,
    reason: from.reason,
    files,
    uses,
    counts,
    same: Object.fromEntries(same),
    findings,
    notes,
    left,
  };
  return JSON.stringify(document, null, 2);
}
