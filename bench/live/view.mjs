// The page of the bench as a live view: its rows in a collection, whose changes are followed, or in plain data, which is rendered again and compared.
import { collections, live, html as markup, signals } from "./busbar.mjs";
import { ACTIONS, apply, pageOf, rowOf, variantOf } from "./rows.mjs";

const { each, html } = markup;
const { keyedList } = collections;

const HANDLERS = [...ACTIONS.map(({ name }) => name), "set", "put", "cut", "add"];

export const KINDS = ["collection", "plain"];

const rowView = ({ id, label, value }) => html`<tr><td>${id}</td><td>${label}</td><td>${value}</td></tr>`;
const buttons = (bind) =>
  ACTIONS.map(({ name }) => html`<button type="button" id="${name}" ${bind[name]("click")}>${name}</button>`);

/**
 * A view of the page.
 * @param count - Rows it begins with.
 * @param withButtons - A button for each action, as a browser needs it; else the page is the counter and the rows alone.
 */
export function viewOf(kind, count, withButtons = false) {
  const make = { collection: collectionView, plain: plainView }[kind];
  return make(count, withButtons);
}

/** The index of a handler of these views. */
export function handlerOf(name) {
  return HANDLERS.indexOf(name);
}

const shell = (count, rows, bind, withButtons) =>
  withButtons
    ? html`<p>${count}</p>${buttons(bind)}<table><tbody>${rows}</tbody></table>`
    : html`<p>${count}</p><table><tbody>${rows}</tbody></table>`;

/** A view whose only handler shows a variant of the page. */
export function variantView(count) {
  return live.defineView({
    mount: () => ({ page: pageOf(count) }),
    on: {
      show: (state, { name, turn }) => {
        state.page = variantOf(count, name, turn);
      },
    },
    render: ({ page }, bind) =>
      shell(
        page.count,
        each(page.rows, ({ id }) => id, rowView),
        bind,
        false,
      ),
  });
}

function collectionView(count, withButtons) {
  return live.defineView({
    mount: () => {
      const { rows, ...facts } = pageOf(count);
      return { facts, count: signals.signal(0), rows: keyedList(rows, ({ id }) => id) };
    },
    on: {
      ...actionsBy(({ facts, count: counter, rows }, planOf) => {
        const page = { ...facts, rows: [...rows.peek()] };
        const plan = planOf(page);
        if (plan.count !== undefined) counter.update((n) => n + plan.count);
        if (plan.insert !== undefined) rows.insertAt(plan.insert.at, plan.insert.row);
        if (plan.change !== undefined)
          rows.update(page.rows[plan.change.at].id, (row) => ({ ...row, value: plan.change.value }));
        if (plan.move !== undefined) rows.move(plan.move.from, plan.move.to);
        if (plan.remove !== undefined) rows.removeAt(plan.remove);
        apply(page, plan);
        if (plan.swap !== undefined || plan.order !== undefined) rows.replaceAll(page.rows);
        const { rows: _, ...next } = page;
        Object.assign(facts, next);
      }),
      // what is timed: the collection alone, without the plans
      set: ({ rows }, { at, value }) => rows.update(at, (row) => ({ ...row, value })),
      put: ({ rows }, { at, id }) => rows.insertAt(at, rowOf(id)),
      cut: ({ rows }, { at }) => void rows.removeAt(at),
      add: ({ count: counter }) => void counter.update((n) => n + 1),
    },
    render: ({ count: counter, rows }, bind) => shell(counter, each(rows, rowView), bind, withButtons),
  });
}

function plainView(count, withButtons) {
  return live.defineView({
    mount: () => pageOf(count),
    on: {
      ...actionsBy((page, planOf) => apply(page, planOf(page))),
      set: ({ rows }, { at, value }) => {
        rows[at] = { ...rows[at], value };
      },
      put: ({ rows }, { at, id }) => void rows.splice(at, 0, rowOf(id)),
      cut: ({ rows }, { at }) => void rows.splice(at, 1),
      add: (page) => void page.count++,
    },
    render: (page, bind) =>
      shell(
        page.count,
        each(page.rows, ({ id }) => id, rowView),
        bind,
        withButtons,
      ),
  });
}

function actionsBy(perform) {
  const entries = ACTIONS.map(({ name, plan }) => [name, (state) => perform(state, plan)]);
  return Object.fromEntries(entries);
}
