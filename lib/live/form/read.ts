import type { WireMap } from "../../wire/index.ts";

/** How a field is read. */
export type FieldKind = "text" | "number" | "boolean" | "list";

/** What is read of one field. */
export interface ReadField {
  readonly value: unknown;
  readonly error: string | undefined;
}

/** Caps of one field. */
export interface FieldCaps {
  readonly maxLength: number;
  readonly maxValues: number;
}

export function kindOfInitial(initial: unknown): FieldKind {
  if (Array.isArray(initial)) return "list";
  if (typeof initial === "number") return "number";
  return typeof initial === "boolean" ? "boolean" : "text";
}

/** Reads one field of what a browser sent. Only texts and lists of texts are looked at. */
export function readField(event: WireMap, name: string, kind: FieldKind, caps: FieldCaps): ReadField {
  const sent = Object.hasOwn(event, name) ? event[name] : undefined;
  const texts = (Array.isArray(sent) ? sent : [sent]).filter((item): item is string => typeof item === "string");
  const error = errorOf(texts, caps);
  if (error !== undefined) return { value: kind === "list" ? [] : "", error };
  const first = texts[0];
  switch (kind) {
    case "list":
      return { value: texts, error };
    case "boolean":
      return { value: sent === true || (first !== undefined && first !== "false"), error };
    case "number":
      return { value: typeof sent === "number" ? sent : numberOf(first), error };
    case "text":
      return { value: first ?? "", error };
  }
}

function errorOf(texts: readonly string[], { maxLength, maxValues }: FieldCaps): string | undefined {
  if (texts.length > maxValues) return `At most ${maxValues} values`;
  return texts.some((text) => text.length > maxLength) ? `At most ${maxLength} characters` : undefined;
}

/** Text that is no number stays: the schema says what is wrong with it, and the control shows it. */
function numberOf(text: string | undefined): unknown {
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** A value as a control shows it. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  return typeof value === "boolean" || typeof value === "bigint" ? String(value) : "";
}
