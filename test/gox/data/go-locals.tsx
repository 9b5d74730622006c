/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { component } from "busbar/live";
import { computed } from "busbar/signals";

export type Kind = string;

export const Info: Kind = "info";

export const Error_: Kind = "error";

export const ErrFull = new Error("full");

export interface Note {
  readonly ID: number;
  readonly Kind: Kind;
}

export function add(notes: readonly Note[], max: number): readonly [readonly Note[], Error | null] {
  if (notes.length >= max) {
    return [[], new Error(`${max} notes: ${ErrFull?.message ?? "<nil>"}`, { cause: ErrFull })];
  }
  return [[...notes, { ID: notes.length, Kind: Error_ }], null];
}

export function join(sep: string, ...parts: readonly string[]): string {
  let out = "";
  let isFirst = true;
  for (const part of parts) {
    if (!isFirst) {
      out += sep;
    }
    out += part;
    isFirst = false;
  }
  return out;
}

export function counter(): (() => number) {
  let n = 0;
  return (): number => {
    n++;
    return n;
  };
}

export interface NotesProps {
  readonly notes: readonly Note[];
  readonly max: number;
  readonly icons: ReadonlyMap<Kind, string>;
  readonly extra: unknown;
}

export function Notes(input: NotesProps): Html {
  return component(Notes, input, (props) => {
    const None = 0;
    const Some = 1;
    const moreAndErr = computed(() => add(props.notes, props.max));
    const iconAndKnown = computed(() => [props.icons.get(Error_) ?? "", props.icons.has(Error_)] as const);
    const textAndIsText = computed(() => tested<string>(props.extra, (value) => typeof value === "string", ""));
    return () => {
      const errNow = moreAndErr.get()[1];
      const next = counter();
      let numbers: number[] = [];
      for (let i = 0; i < 3; i++) {
        numbers = [...numbers, next()];
      }
      return (
        <section title={join("-", "a", "b")}>
          <p>
            {at(numbers, 2)} {iconAndKnown.get()[1] ? iconAndKnown.get()[0] : "?"} {textAndIsText.get()[1] ? textAndIsText.get()[0] : "no text"} {Some}
          </p>
          <p>
            {errNow === null ? "added" : errNow.message} {isError(errNow, ErrFull) ? "full" : "room"}
          </p>
          {moreAndErr.get()[0].length > 0 ? each(moreAndErr.get()[0], (note) => note.ID, (note) => <i class={note.Kind}>{note.ID}</i>) : <p>Nothing</p>}
          {moreAndErr.get()[0].length > 1 && each(moreAndErr.get()[0], (note) => note.ID, (note) => <b>{note.ID}</b>)}
        </section>
      );
    };
  });
}

/** A value and whether it is of a type; else the type's zero. */
function tested<T>(value: unknown, test: (value: unknown) => boolean, zero: T): readonly [T, boolean] {
  return test(value) ? [value as T, true] : [zero, false];
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}

/** Whether an error is another, or wraps it. */
function isError(error: Error | null, target: Error | null): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at === target) return true;
  return error === target;
}
