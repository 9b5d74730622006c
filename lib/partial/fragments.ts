import { CodedError } from "../errors/index.ts";
import type { Html } from "../html/index.ts";
import type { Fragment, Fragments, FragmentViews, Keyed, KeyedFragment } from "./types.ts";

/**
 * Names the parts of a page that are updated. Each name is the id of its element, so what a reply updates and what the page shows cannot
 * drift apart; names that do not exist, and props that do not fit, do not compile.
 * @throws CodedError `PARTIAL_BAD_NAME` when a name cannot be an id: empty, or with white space.
 * @example
 * ```ts
 * const ui = fragments({
 *   list: (todos: Todo[]) => html`<ul id="list">${todos.map((todo) => ui.row.render(todo))}</ul>`,
 *   row: keyed((todo: Todo) => todo.id, (todo, id) => html`<li id=${id}>${todo.title}</li>`),
 * });
 * ```
 * @public
 */
export function fragments<const Views extends FragmentViews>(views: Views): Fragments<Views> {
  const made = Object.entries(views).map(([name, view]) => {
    if (!/^\S+$/.test(name)) throw new CodedError("PARTIAL_BAD_NAME", `${JSON.stringify(name)} cannot be an id`);
    return [
      name,
      typeof view === "function" ? single(name, view as View) : multiple(name, view as unknown as AnyKeyed),
    ];
  });
  // cast: the same names, each with the props of its view
  return Object.freeze(Object.fromEntries(made)) as Fragments<Views>;
}

/**
 * A fragment that is on the page once per key. The view gets the id that its element must carry: the fragment's name, a dash, the key.
 * @public
 */
export function keyed<Props, Key extends string | number>(
  keyOf: (props: Props) => Key,
  view: (props: Props, id: string) => Html,
): Keyed<Props, Key> {
  return Object.freeze({ keyOf, view });
}

// What is called with which props is checked where it is called: by the types of `Fragments`.
type View = (props: unknown, id: string) => Html;
type AnyKeyed = Keyed<unknown, string | number>;

function single(name: string, view: View): Fragment<object> {
  return Object.freeze({ id: name, idOf: () => name, render: (props?: unknown) => view(props, name) });
}

function multiple(name: string, { keyOf, view }: AnyKeyed): KeyedFragment<object, string | number> {
  const idAt = (key: string | number): string => `${name}-${key}`;
  return Object.freeze({
    idOf: (props: unknown) => idAt(keyOf(props)),
    render: (props: unknown) => view(props, idAt(keyOf(props))),
    at: (key: string | number) => Object.freeze({ id: idAt(key) }),
  });
}
