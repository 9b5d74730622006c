/**
 * Marks on a text whose units are never taken away, only hidden, as one array: each mark is a stretch between two gaps, and what a unit has is looked for
 * among all marks. Peritext without anything that makes it fast.
 */
export interface NaiveUnit {
  readonly id: string;
  readonly unit: string;
  readonly deleted: boolean;
}

export interface NaiveAnchor {
  /** null: an end of the text. */
  readonly unit: string | null;
  readonly after: boolean;
}

export interface NaiveMark {
  readonly time: number;
  readonly replica: number;
  readonly start: NaiveAnchor;
  readonly end: NaiveAnchor;
  readonly key: string;
  readonly value: number | null;
}

export function naiveMarks(
  units: readonly NaiveUnit[],
  marks: readonly NaiveMark[],
): [unit: string, marks: Record<string, number>][] {
  const gap = ({ unit, after }: NaiveAnchor, end: number): number =>
    unit === null ? end : units.findIndex(({ id }) => id === unit) + (after ? 1 : 0);
  const found: [string, Record<string, number>][] = [];
  units.forEach(({ unit, deleted }, i) => {
    if (deleted) return;
    const latest = new Map<string, NaiveMark>();
    for (const mark of marks) {
      if (i < gap(mark.start, 0) || i >= gap(mark.end, units.length)) continue;
      const other = latest.get(mark.key);
      const isLater =
        other === undefined || mark.time > other.time || (mark.time === other.time && mark.replica > other.replica);
      if (isLater) latest.set(mark.key, mark);
    }
    const values: Record<string, number> = {};
    for (const [key, { value }] of [...latest].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (value !== null) values[key] = value;
    found.push([unit, values]);
  });
  return found;
}
