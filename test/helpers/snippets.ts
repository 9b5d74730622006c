import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./imports.ts";

export interface Snippet {
  readonly page: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  readonly language: "ts" | "tsx";
  readonly code: string;
}

const FENCE = /^```(tsx?) run\n([\s\S]*?)^```$/gm;

/** Every block of the page that is fenced as `ts run` or `tsx run`. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(FENCE)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    language: match[1] === "tsx" ? "tsx" : "ts",
    code: match[2] ?? "",
  }));
}
