import type { Slot } from "../../html/index.ts";
import { OP_ATTRIBUTE, OP_TEXT, type Operation, type Path } from "../../wire/index.ts";
import { shownText } from "../shown-text.ts";
import type { Plain } from "./cells.ts";

/** Writes down that an attribute, or the text of an element that holds nothing else, is another. */
export function tellValue(out: Operation[], path: Path, kind: Slot["kind"], value: Plain): void {
  const shown = typeof value === "object" || value === true ? value : shownText(String(value));
  if (kind === "attribute") out.push([OP_ATTRIBUTE, path, shown]);
  else out.push([OP_TEXT, path, String(shown ?? "")]);
}
