import { flat } from "../flat.ts";
import { type Operation, PLAIN_ATTRIBUTE, STYLE_ATTRIBUTE, URL_ATTRIBUTE } from "./operation.ts";

/**
 * The chunks of a program as they are printed around whole attributes. Such an attribute may be absent, so its name and quotes are no
 * part of a chunk; but nearly always it is there, and one text instead of three saves an eighth of a render (bench: html, 2 KiB). For each
 * chunk, by what stands before it and behind it:
 */
export interface Leads {
  /** The attribute before is printed all but its quote, the one behind will be printed without its name. */
  readonly joined: readonly string[];
  /** Only the one behind. */
  readonly opened: readonly string[];
  /** Only the one before. */
  readonly closed: readonly string[];
  /** Neither. */
  readonly bare: readonly string[];
}

/** The leads of a program; all of them are the chunks where it has no such attribute. What its head prints is not printed again. */
export function leadsOf(chunks: readonly string[], operations: readonly Operation[], headCount: number): Leads {
  // The head prints the chunk behind it too, and each chunk is printed once.
  const bare = headCount === 0 ? chunks : chunks.with(headCount, "");
  if (!operations.some(isJoined)) return { joined: bare, opened: bare, closed: bare, bare };
  const quoteBefore = (i: number): string => textOf(operations[i - 1], "quote");
  const nameBehind = (i: number): string => textOf(operations[i], "open");
  return {
    joined: bare.map((chunk, i) => flat(quoteBefore(i) + chunk + nameBehind(i))),
    opened: bare.map((chunk, i) => flat(chunk + nameBehind(i))),
    closed: bare.map((chunk, i) => flat(quoteBefore(i) + chunk)),
    bare,
  };
}

function textOf(operation: Operation | undefined, part: "open" | "quote"): string {
  return operation !== undefined && isJoined(operation) ? operation[part] : "";
}

/** Whether names and quotes of the attribute stand in the leads. */
export function isJoined({ kind }: Pick<Operation, "kind">): boolean {
  return kind === PLAIN_ATTRIBUTE || kind === URL_ATTRIBUTE || kind === STYLE_ATTRIBUTE;
}
