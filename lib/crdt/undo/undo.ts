import { demand, demandFunction } from "../arguments.ts";
import { editorOf } from "../doc.ts";
import { listenTo } from "../hooks.ts";
import type { Editor, ReplicaLog } from "../model.ts";
import { SCHEMA_ORIGIN, SCHEMA_ROOT } from "../names.ts";
import type { Doc } from "../types.ts";
import { Reborn } from "./reborn.ts";
import { type Part, Recorder } from "./record.ts";
import { revertParts } from "./revert.ts";

/**
 * What `createUndo` takes back, and how it is grouped.
 * @public
 */
export interface UndoOptions<Place = unknown> {
  /** Only transactions of these origins are taken back. @defaultValue all that this document makes, whatever their origin, but for migrations; never what it applies */
  readonly origins?: readonly unknown[];
  /** Milliseconds, from anywhere: with it, transactions that follow each other within `groupMs` are one step. @defaultValue each is a step of its own */
  readonly clock?: () => number;
  /** How close transactions of one step follow each other. @defaultValue 500 */
  readonly groupMs?: number;
  /** How many steps are kept; the oldest are dropped. @defaultValue 200 */
  readonly maxSteps?: number;
  /** Where the user is, a selection for instance (made of cursors); asked after each transaction, and kept with the step that follows. */
  readonly place?: () => Place;
  /** Called after an undo or a redo with the place that its step began at. */
  readonly goTo?: (place: Place) => void;
}

/**
 * Takes back and repeats what one user, or one origin, did: others' edits stay.
 * @public
 */
export interface Undo {
  /** True when there is a step to take back. */
  readonly canUndo: boolean;
  /** True when there is a step to repeat. */
  readonly canRedo: boolean;
  /** Takes the last step back, in one transaction whose origin is this object. False when there is none. O(what the step did x log n). */
  undo(): boolean;
  /** Repeats what was taken back last. False when there is nothing. */
  redo(): boolean;
  /** Ends the step: what is done next begins another. */
  cut(): void;
  /** Forgets all steps. */
  clear(): void;
  /** Calls `listener` after each transaction that made, took back or repeated a step. Returns its stop. */
  observe(listener: () => void): () => void;
  /** Forgets all steps, and records no more. */
  dispose(): void;
}

/**
 * Records what is done to a document from now on, so that it can be taken back.
 *
 * Text that was deleted comes back as new text in its place, so an undo merges as all else does. Where others have edited since, theirs stays: a key
 * that another has set keeps that, and what was written between is left alone.
 * @throws CodedError `CRDT_NO_REPLICA_ID` for a document that nobody can edit.
 * @example
 * ```ts
 * const undo = createUndo(doc, { clock: () => performance.now() });
 * doc.text("body").insert(0, "oops");
 * undo.undo();
 * ```
 * @public
 */
export function createUndo<Place = unknown>(doc: Doc, options: UndoOptions<Place> = {}): Undo {
  demand(typeof options === "object" && options !== null, "options");
  const { origins, clock, groupMs = 0, maxSteps = 0, place, goTo } = options;
  demand(origins === undefined || Array.isArray(origins), "a list of origins");
  for (const called of [clock, place, goTo]) if (called !== undefined) demandFunction(called);
  for (const count of [groupMs, maxSteps])
    demand(typeof count === "number" && count >= 0, "a number: groupMs or maxSteps");
  void editorOf(doc).replicaId; // one that has none and can draw none is refused here, not at the first update of another
  return new UndoStack(doc, options);
}

interface Step<Place> {
  /** One for each transaction. */
  readonly done: (readonly Part[])[];
  readonly place: Place | undefined;
  lastMs: number;
}

class UndoStack<Place> implements Undo {
  private readonly doc: Doc;
  private readonly editor: Editor;
  private readonly options: UndoOptions<Place>;
  private readonly recorder: Recorder;
  private readonly reborn = new Reborn();
  private readonly stop: () => void;
  private readonly listeners = new Set<() => void>();
  private undos: Step<Place>[] = [];
  private redos: Step<Place>[] = [];
  /** The last step may go on. */
  private isOpen = false;
  /** Where the step being taken back or repeated is recorded. */
  private target: Step<Place>[] | undefined;
  private place: Place | undefined;

  constructor(doc: Doc, options: UndoOptions<Place>) {
    this.doc = doc;
    this.options = options;
    this.editor = editorOf(doc);
    this.place = options.place?.();
    this.recorder = new Recorder(this.editor);
    const { recorder } = this;
    this.stop = listenTo(this.editor.model.hooks, {
      inserted: (span, offset, length) => recorder.inserted(span, offset, length),
      hidden: (span, offset, length, content) => recorder.hidden(span, offset, length, content),
      changing: (home, key) => {
        if (this.editor.isReminding || (home.parent === null && home.name === SCHEMA_ROOT)) return;
        recorder.changing(home, key);
      },
      finished: (origin, touched, count) => this.finished(origin, touched.slice(0, count)),
      reborn: (log, counter, length, to, toCounter) => this.reborn.add(log, counter, length, to, toCounter),
      rewritten: (before, now) => this.reborn.rewritten(before, now),
      rehomed: (before, now) => this.reborn.moveHome(before, now),
      renewed: () => this.clear(),
    });
  }

  get canUndo(): boolean {
    return this.undos.length > 0;
  }

  get canRedo(): boolean {
    return this.redos.length > 0;
  }

  undo(): boolean {
    return this.revert(this.undos, this.redos);
  }

  redo(): boolean {
    return this.revert(this.redos, this.undos);
  }

  cut(): void {
    this.isOpen = false;
  }

  clear(): void {
    this.undos = [];
    this.redos = [];
    this.isOpen = false;
  }

  observe(listener: () => void): () => void {
    demandFunction(listener);
    const own = (): void => listener(); // so that one function may listen twice
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  dispose(): void {
    this.stop();
    this.clear();
    this.listeners.clear();
  }

  /** What taking back does is recorded as any edit is: that is what repeats the step. */
  private revert(from: Step<Place>[], to: Step<Place>[]): boolean {
    const step = from.pop();
    if (step === undefined) return false;
    this.isOpen = false;
    const made = { done: [], place: step.place, lastMs: 0 };
    to.push(made);
    this.target = to;
    try {
      this.doc.transact(
        () => {
          for (const parts of step.done.reverse()) revertParts(this.editor, this.reborn, parts);
        },
        { origin: this },
      );
    } finally {
      this.target = undefined;
      if (made.done.length === 0) to.splice(to.indexOf(made), 1); // others had taken it all back already
    }
    if (step.place !== undefined) this.options.goTo?.(step.place);
    return true;
  }

  private finished(origin: unknown, touched: readonly ReplicaLog[]): void {
    const { origins, maxSteps = 200, place } = this.options;
    const isOwn = touched.every(({ id }) => id === this.doc.replicaId);
    const isRevert = this.target !== undefined && origin === this;
    const isWanted = origins?.includes(origin) ?? origin !== SCHEMA_ORIGIN;
    const parts = this.recorder.take(isOwn && (isRevert || isWanted));
    const before = this.place;
    this.place = place?.();
    if (parts.length === 0) return;
    if (isRevert) this.target?.at(-1)?.done.push(parts);
    else {
      this.redos = [];
      this.record(parts, before);
      if (this.undos.length > maxSteps) this.undos.shift();
    }
    for (const listener of [...this.listeners]) listener();
  }

  private record(parts: readonly Part[], place: Place | undefined): void {
    const { clock, groupMs = 500 } = this.options;
    const nowMs = clock?.() ?? 0;
    const last = this.undos.at(-1);
    if (clock !== undefined && this.isOpen && last !== undefined && nowMs - last.lastMs <= groupMs) {
      if (!goesOn(last, parts)) last.done.push(parts);
      last.lastMs = nowMs;
      return;
    }
    this.isOpen = true;
    this.undos.push({ done: [parts], place, lastMs: nowMs });
  }
}

/** Typing on lengthens what is there, so that a step of a thousand keystrokes is no list of a thousand. */
function goesOn<Place>(step: Step<Place>, parts: readonly Part[]): boolean {
  const [part] = parts;
  const [before] = step.done.at(-1) ?? [];
  if (parts.length > 1 || step.done.at(-1)?.length !== 1) return false;
  if (part?.kind !== "sequence" || before?.kind !== "sequence" || part.home !== before.home) return false;
  const [added, ...others] = part.inserted;
  const last = before.inserted.at(-1);
  if (added === undefined || others.length + part.deleted.length + before.deleted.length > 0) return false;
  if (last === undefined || last.log !== added.log || last.counter + last.length !== added.counter) return false;
  const inserted = [...before.inserted.slice(0, -1), { ...last, length: last.length + added.length }];
  step.done[step.done.length - 1] = [{ ...before, inserted }];
  return true;
}
