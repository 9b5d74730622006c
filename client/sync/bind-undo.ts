import type { Undo } from "../../lib/crdt/index.ts";
import { demandOption } from "../../lib/sync/index.ts";
import type { TextField } from "./bind-textarea.ts";

/**
 * Gives a text field undo and redo that leave alone what others did: the keys (Ctrl or ⌘ with Z, Shift+Z or Y) and the browser's own
 * commands, from its menu or a gesture, take back steps of `createUndo(doc)`. The field is bound to the text by `bindTextarea`.
 * @returns Its stop. Stopping twice is harmless.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const undo = createUndo(doc, { clock: () => performance.now() });
 * bindTextarea(doc.text("body"), field);
 * bindUndo(undo, field);
 * ```
 * @public
 */
export function bindUndo(undo: Pick<Undo, "undo" | "redo">, field: TextField): () => void {
  demandOption(typeof undo?.undo === "function", "undo");
  demandOption(typeof field?.addEventListener === "function", "field");
  const run = (event: Event, command: "undo" | "redo" | undefined): void => {
    if (command === undefined) return;
    event.preventDefault(); // the browser's own history knows nothing of what others wrote in between
    undo[command]();
  };
  const onKey = (event: Event): void => run(event, commandOf(event as KeyboardEvent)); // casts: by the event's name
  const onInput = (event: Event): void => {
    const { inputType } = event as InputEvent;
    run(event, inputType === "historyUndo" ? "undo" : inputType === "historyRedo" ? "redo" : undefined);
  };
  field.addEventListener("keydown", onKey);
  field.addEventListener("beforeinput", onInput);
  return () => {
    field.removeEventListener("keydown", onKey);
    field.removeEventListener("beforeinput", onInput);
  };
}

function commandOf({
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  isComposing,
}: KeyboardEvent): "undo" | "redo" | undefined {
  if (ctrlKey === metaKey || altKey || isComposing) return undefined; // one of the two
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && ctrlKey && !shiftKey ? "redo" : undefined;
}
