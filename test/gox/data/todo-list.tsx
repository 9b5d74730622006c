/** @jsxImportSource busbar/html */
import { type Html, css } from "busbar/html";
import { type ComponentEvent, component, rows } from "busbar/live";
import { signal } from "busbar/signals";

// Todo is one line of the list.
export interface Todo {
  readonly ID: string;
  readonly Text: string;
  readonly Done: boolean;
}

export interface TodoItemProps {
  readonly todo: Todo;
  readonly onToggle: () => void;
  readonly onDelete: () => void;
}

export const todoItemStyle = css`
  .todo, .todo:scope {
    display: flex;
  }

  .done span, .done:scope span {
    text-decoration: line-through;
  }
`;

export function TodoItem(input: TodoItemProps): Html {
  return component(TodoItem, input, (props, { on }) => {
    return () => (
      <li class={props.todo.Done ? "todo done" : "todo"} css={todoItemStyle}>
        <input type="checkbox" checked={props.todo.Done} {...on.change(props.onToggle)} />
        <span>{props.todo.Text}</span>
        <button {...on.click(props.onDelete)}>Delete</button>
      </li>
    );
  });
}

export const todoListStyle = css`
  .todos, .todos:scope {
    max-width: 40rem;
  }

  .add:hover {
    background: navy;
  }
`;

export function TodoList(): Html {
  return component(TodoList, {}, (_props, { effect, on }) => {
    const todos = signal<readonly Todo[]>([]);
    const input = signal("");
    const next: { current: number } = { current: 1 };
    // Starts with something to do.
    effect(() => todos.set(firstTodos()), () => []);
    const addTodo = (): void => {
      if (input.get() === "") {
        return;
      }
      next.current++;
      const todo: Todo = { ID: `todo-${next.current}`, Text: input.get(), Done: false };
      todos.set([...todos.get(), todo]);
      input.set("");
    };
    const toggleTodo = (id: string): (() => void) => (): void => {
      const changed = [...todos.get()];
      for (const i of changed.keys()) {
        if (at(changed, i).ID === id) {
          changed[i] = { ...at(changed, i), Done: !at(changed, i).Done };
        }
      }
      todos.set(changed);
    };
    const deleteTodo = (id: string): (() => void) => (): void => {
      let kept: Todo[] = [];
      for (const todo of todos.get()) {
        if (todo.ID !== id) {
          kept = [...kept, todo];
        }
      }
      todos.set(kept);
    };
    return () => (
      <section class="todos" css={todoListStyle}>
        <h1>To do</h1>
        <input
          type="text"
          value={input.get()}
          {...on.input((e: ComponentEvent) => input.set(e.value))}
          placeholder="What is to be done?"
        />
        <button class="add" {...on.click(addTodo)}>Add</button>
        <ul>
          {rows(
            todos.get(),
            (todo) => todo.ID,
            (todo) => <TodoItem todo={todo} onToggle={toggleTodo(todo.ID)} onDelete={deleteTodo(todo.ID)} />,
          )}
        </ul>
        <p class="left">{countOpen(todos.get())} open</p>
      </section>
    );
  });
}

export function firstTodos(): readonly Todo[] {
  return [{ ID: "todo-1", Text: "Read", Done: false }];
}

export function countOpen(todos: readonly Todo[]): number {
  let count = 0;
  for (const todo of todos) {
    if (!todo.Done) {
      count++;
    }
  }
  return count;
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}
