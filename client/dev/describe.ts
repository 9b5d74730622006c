import type { Entry } from "./entry.ts";

/** The first line of an entry: what, and how it ended. */
export function headline(entry: Entry): string {
  if (entry.kind === "finding") return `${entry.note}: ${entry.title}`;
  const words = [
    `#${entry.number}`,
    entry.title,
    entry.status,
    entry.bytes === undefined ? "" : size(entry.bytes),
    entry.state,
  ];
  return words.filter((word) => word !== undefined && word !== "").join(" ");
}

/** What is marked: too slow, or why it failed. */
export function marks(entry: Entry): string {
  if (entry.kind === "finding") return "";
  const slow = entry.slow.map((what) => `slow ${what}`);
  return [...slow, entry.note].filter((word) => word !== "").join(", ");
}

/** The second line: times, and what went where. */
export function details(entry: Entry): string {
  if (entry.kind === "finding") return entry.source;
  const times = [
    ["request", entry.requestMs],
    ["wait", entry.waitMs],
    ["read", entry.readMs],
    ["swap", entry.swapMs],
  ] as const;
  const known = times.flatMap(([name, ms]) => (ms === undefined ? [] : `${name} ${ms.toFixed(1)}`));
  const way = entry.target === "" ? entry.source : `${entry.source} → ${entry.target}`;
  const style = entry.style === "" ? "" : ` ${entry.style}`;
  const parts = entry.parts === 0 ? "" : ` and ${entry.parts} ${entry.parts === 1 ? "part" : "parts"}`;
  return `${known.length > 0 ? `${known.join(", ")} ms · ` : ""}${way}${style}${parts}`;
}

function size(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`;
}
