import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Todo {
  readonly id: string;
  readonly title: string;
  readonly done: boolean;
}

export interface Todos {
  list(): readonly Todo[];
  add(title: string): Promise<Todo>;
  toggle(id: string): Promise<Todo | undefined>;
  remove(id: string): Promise<boolean>;
}

/** To-dos in one JSON file of the data folder, written whole and swapped in by a rename. */
export async function openTodos(folder: string): Promise<Todos> {
  const file = join(folder, "todos.json");
  let todos = await readTodos(file);
  let nextId = Math.max(0, ...todos.map((todo) => Number(todo.id))) + 1;
  let writing = Promise.resolve();

  function save(next: readonly Todo[]): Promise<void> {
    todos = next;
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        await writeFile(`${file}.new`, JSON.stringify(todos));
        await rename(`${file}.new`, file);
      });
    return writing;
  }

  return {
    list: () => todos,
    async add(title) {
      const todo: Todo = { id: String(nextId++), title, done: false };
      await save([...todos, todo]);
      return todo;
    },
    async toggle(id) {
      const found = todos.find((todo) => todo.id === id);
      if (found === undefined) return undefined;
      const changed = { ...found, done: !found.done };
      await save(todos.map((todo) => (todo.id === id ? changed : todo)));
      return changed;
    },
    async remove(id) {
      const rest = todos.filter((todo) => todo.id !== id);
      if (rest.length === todos.length) return false;
      await save(rest);
      return true;
    },
  };
}

async function readTodos(file: string): Promise<readonly Todo[]> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
