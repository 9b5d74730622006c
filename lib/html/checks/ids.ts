import { kindOf, SPREAD } from "../brand.ts";
import type { Spread } from "../types.ts";
import type { IdSource, Structure } from "./structure.ts";

const MAX_IDS = 100_000; // a page with more is not searched further

/** Where an id was written first. */
export interface IdPlace {
  readonly structure: Structure;
  readonly hole: number;
}

/** The ids of one render, in order. */
export interface Ids {
  readonly places: Map<string, IdPlace>;
  /** The same ids in order, so that what was rendered in vain can be forgotten. */
  readonly order: string[];
}

/** Notes an id. @returns The place that has it already, if one has. */
export function addId(ids: Ids, id: string, structure: Structure, hole: number): IdPlace | undefined {
  if (id === "" || ids.order.length >= MAX_IDS) return undefined;
  const first = ids.places.get(id);
  if (first !== undefined) return first;
  ids.places.set(id, { structure, hole });
  ids.order.push(id);
  return undefined;
}

/** Forgets the ids noted since there were so many. */
export function forgetIds(ids: Ids, length: number): void {
  for (const id of ids.order.splice(length)) ids.places.delete(id);
}

/** The text that will be written, as of an id; "" when there is none, or when only the renderer may ask for it. */
export function textOf(source: IdSource, values: readonly unknown[]): string {
  const { parts, hole } = source;
  let id = parts[0] ?? "";
  for (let i = 1; i < parts.length; i++) {
    const text = idText(values[hole + i - 1], parts.length === 2 && id === "" && parts[1] === "");
    if (text === undefined) return "";
    id += text + (parts[i] ?? "");
  }
  return id;
}

/** Functions and readables are read once in a render, and not by us. */
function idText(value: unknown, isWhole: boolean): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value === null || value === undefined || value === false) return "";
  return value === true && !isWhole ? "true" : undefined;
}

/** The attributes in a hole for some; `undefined` when it holds none. */
export function spreadOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || kindOf(value) !== SPREAD) return undefined;
  return (value as Spread).attributes; // cast: its kind says so
}
