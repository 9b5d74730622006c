import type { FindingCode } from "./codes.ts";
import { labelOf } from "./elements.ts";
import type { DevSettings, Finding, Report } from "./types.ts";

/** Where findings go. */
export interface Findings {
  readonly report: Report;
  /** What was found so far, the oldest first. */
  list(): Finding[];
}

/** A page that repeats a mistake in each of its rows says so often enough. */
const MAX_PRINTED = 20;
const MAX_LISTED = 500;

interface Listed {
  readonly code: FindingCode;
  readonly message: string;
  readonly where: string;
  readonly element: WeakRef<Element>;
}

/** Keeps findings apart from their repetition, and prints them: at most 20 of each code, and 500 are listed. */
export function createFindings(
  settings: DevSettings,
  print: (text: string, el: Element | undefined) => void,
  onFinding: (finding: Finding) => void,
): Findings {
  const told = new WeakMap<Element, Set<string>>();
  const counts = new Map<FindingCode, number>();
  const listed: Listed[] = [];

  const report: Report = (code, el, message, subject = "") => {
    const key = `${code} ${subject}`;
    const before = told.get(el);
    if (before?.has(key) || settings.ignore.includes(code)) return;
    told.set(el, (before ?? new Set()).add(key));
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    const finding = { code, message, where: labelOf(el) };
    if (listed.length < MAX_LISTED) listed.push({ ...finding, element: new WeakRef(el) });
    onFinding({ ...finding, element: el });
    if (!settings.warn) return;
    if (count <= MAX_PRINTED) print(`busbar: ${message} (${code})`, el);
    else if (count === MAX_PRINTED + 1)
      print(`busbar: more of ${code} are not printed; findings() has them`, undefined);
  };
  return {
    report,
    list: () => listed.map(({ element, ...finding }) => ({ ...finding, element: element.deref() })),
  };
}
