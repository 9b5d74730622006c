/** A key's values, each with all writes that its writer had seen: those that nobody has seen are left, each value once. */
export interface NaiveWrite {
  readonly id: number;
  readonly key: string;
  /** null: a delete. */
  readonly value: number | null;
  readonly seen: ReadonlySet<number>;
}

export function naiveValues(writes: readonly NaiveWrite[]): Map<string, number[]> {
  const seen = new Set(writes.flatMap((write) => [...write.seen]));
  const found = new Map<string, number[]>();
  for (const { id, key, value } of writes)
    if (value !== null && !seen.has(id))
      found.set(
        key,
        [...new Set([...(found.get(key) ?? []), value])].sort((a, b) => a - b),
      );
  return found;
}
