/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component, rows } from "busbar/live";
import { signal } from "busbar/signals";

export interface Task {
  ID: number;
  Done: boolean;
  Sub: readonly Task[];
}

export const filters = new Map<string, (value: Task) => boolean>([["open", (t: Task): boolean => !t.Done]]);

export interface TasksProps {
  readonly initial: readonly Task[];
  readonly show: string;
}

export function Tasks(input: TasksProps): Html {
  return component(Tasks, input, (props, { on }) => {
    const tasks = signal<readonly Task[]>(props.initial);
    const update = (list: readonly Task[], id: number, change: (t: Task | null) => void): readonly Task[] => {
      const out = Array.from({ length: list.length }, (): Task => ({ ID: 0, Done: false, Sub: [] }));
      for (const [i, t] of list.entries()) {
        const own: Task = { ID: t.ID, Done: t.Done, Sub: update(t.Sub, id, change) };
        if (t.ID === id) {
          change(own);
        }
        out[i] = { ...deref(own) };
      }
      return out;
    };
    const finish = (id: number): void => {
      tasks.set(update(
        tasks.get(),
        id,
        (t: Task | null): void => {
          deref(t).Done = true;
        },
      ));
    };
    const count = (list: readonly Task[]): number => {
      const sum = (list: readonly Task[]): number => {
        let n = list.length;
        for (const t of list) {
          n += sum(t.Sub);
        }
        return n;
      };
      return sum(list);
    };
    return () => (
      <ul title={count(tasks.get())}>
        {rows(tasks.get(), (t) => t.ID, (t) => (
          <li>
            {deref(filters.get(props.show) ?? null)(t) ? "open" : "done"} <button {...on.click(() => finish(t.ID))}>Finish</button>
          </li>
        ))}
      </ul>
    );
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
