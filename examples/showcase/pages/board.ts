import type { App, Context, Fields } from "busbar/app";
import { each, type Html, html } from "busbar/html";
import type { ClientScripts } from "busbar/node";
import { fragments, keyed, type PartialReply, reply } from "busbar/partial";
import type { Todo, Todos } from "../todos.ts";
import { layout } from "./layout.ts";

const VIEWS = { all: "All", open: "Open", done: "Finished" } as const;
type Show = keyof typeof VIEWS;

interface BoardProps {
  readonly todos: readonly Todo[];
  readonly show: Show;
}

interface FormProps {
  readonly title?: string;
  readonly error?: string;
}

const MAX_TITLE = 200;

// Each name is the id of its element. Every form and link works without JavaScript; `bus-*` only makes the answer smaller.
const ui = fragments({
  form: ({
    title = "",
    error,
  }: FormProps) => html`<form id="form" method="post" action="/board" bus-post="/board" bus-swap="outerHTML">
<label for="title">New to-do</label>
<div class="row"><input type="text" class="grow" id="title" name="title" value=${title} maxlength=${MAX_TITLE} autocomplete="off" aria-invalid=${error === undefined ? null : "true"} aria-describedby="error">
<button type="submit">Add</button></div>
<p id="error" class="error" role="alert">${error}</p></form>`,

  board: ({ todos, show }: BoardProps): Html => html`<div id="board" class="card"><div class="row">
<nav class="filters" aria-label="Which to-dos">${Object.entries(VIEWS).map(([name, text]) => {
    const url = name === "all" ? "/board" : `/board?show=${name}`;
    return html`<a href=${url} aria-current=${name === show ? "true" : null} bus-get=${url} bus-target="#board" bus-swap="outerHTML" bus-push-url="true">${text}</a> `;
  })}</nav>${ui.count.render(todos)}</div>
<ul id="list" class="plain">${each(
    todos.filter((todo) => show === "all" || todo.done === (show === "done")),
    (todo) => todo.id,
    (todo) => ui.row.render(todo),
  )}</ul></div>`,

  count: (todos: readonly Todo[]): Html =>
    html`<span id="count" class="count">${todos.filter((todo) => !todo.done).length} open</span>`,

  row: keyed(
    (todo: Todo) => todo.id,
    (todo, id): Html => html`<li id=${id} class=${todo.done ? "done" : null}><span class="title">${todo.title}</span>
${rowButton(todo, "toggle", todo.done ? "Reopen" : "Done")}${rowButton(todo, "delete", "Delete")}</li>`,
  ),
});

function rowButton({ id }: Todo, action: string, text: string): Html {
  const url = `/board/${id}/${action}`;
  return html`<form method="post" action=${url} bus-post=${url} bus-target="closest li" bus-swap="outerHTML">
<button type="submit" id=${`${action}-${id}`} class="quiet">${text}</button></form>`;
}

/** A to-do board: whole pages for whoever asks for them, fragments for the script. */
export function addBoard(app: App, scripts: ClientScripts, todos: Todos): void {
  const page = (show: Show, form: FormProps = {}): Html =>
    layout(
      {
        title: "Board",
        lead: "Works without JavaScript. With it, only what changes is sent.",
        path: "/board",
        scripts: scripts.tag("busbar"),
      },
      html`<div class="card">${ui.form.render(form)}</div>${ui.board.render({ todos: todos.list(), show })}`,
    );
  /** Where a browser without the script goes on, and what every change updates. */
  const changed = (c: Context): PartialReply => reply(c.request).oob(ui.count, todos.list()).seeOther("/board");

  app.get("/board", (c) => {
    const show = showOf(c.query);
    return reply(c.request)
      .main(ui.board, { todos: todos.list(), show })
      .page(() => page(show));
  });

  app.post("/board", async (c) => {
    const { title } = await c.readForm();
    const text = typeof title === "string" ? title.trim() : "";
    const error = problemOf(text);
    if (error !== undefined)
      return reply(c.request)
        .main(ui.form, { title: text, error })
        .page(() => page("all", { title: text, error }))
        .invalid();
    const todo = await todos.add(text);
    return changed(c).main(ui.form, {}).append({ id: "list" }, ui.row, todo);
  });

  app.post("/board/:id(\\d+)/toggle", async (c) => {
    const todo = await todos.toggle(c.params.id);
    // Gone: somebody else was faster. The row goes here too, and the page is right again.
    return todo === undefined ? changed(c).remove(ui.row, c.params.id) : changed(c).main(ui.row, todo);
  });

  app.post("/board/:id(\\d+)/delete", async (c) => {
    await todos.remove(c.params.id);
    return changed(c).remove(ui.row, c.params.id);
  });
}

function showOf({ show }: Fields): Show {
  return show === "open" || show === "done" ? show : "all";
}

function problemOf(title: string): string | undefined {
  if (title === "") return "Write down what is to be done";
  return title.length > MAX_TITLE ? `At most ${MAX_TITLE} characters` : undefined;
}
