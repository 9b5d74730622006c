/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface Person {
  readonly ID: string;
  readonly Name: string;
  readonly Team: Team;
}

export interface Team {
  readonly Name: string;
}

export interface Note {
  readonly From: Person | null;
  readonly Text: string;
}

export function Find(people: readonly Person[], id: string): Person | null {
  for (const i of people.keys()) {
    if (at(people, i).ID === id) {
      return at(people, i);
    }
  }
  return null;
}

export function Named(people: readonly Person[], name: string): Person | null {
  for (const one of people) {
    if (one.Name === name) {
      return one;
    }
  }
  return null;
}

export interface NotesProps {
  readonly me: Person;
  readonly people: readonly Person[];
}

export function Notes(input: NotesProps): Html {
  return component(Notes, input, (props, { on }) => {
    const notes = signal<readonly Note[]>([]);
    const picked = computed(() => Find(props.people, "7"));
    const add = (text: string): void => notes.set([...notes.get(), { From: props.me, Text: text }]);
    return () => {
      const pickedNow = picked.get();
      return (
        <section>
          <p>
            {pickedNow !== null ? pickedNow.Name : "nobody"}, {Named(props.people, "Bob") === null ? "no Bob" : "Bob"}
          </p>
          {each(
            notes.get(),
            (_note, i) => i,
            (note) => <q title={deref(note.From).Team.Name}>{note.Text}</q>,
          )}
          <button {...on.click(() => add("Hello"))}>Add</button>
        </section>
      );
    };
  });
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}

/** What a pointer points at, which must not be nil, as in Go. */
function deref<T>(pointer: T | null): T {
  if (pointer === null) throw new TypeError("nil pointer dereference");
  return pointer;
}
