// The page of the bench in systems that send HTML, each in its own documented way. A system: `scripts`, `button(name)`, and `reply(page, plan)` for the page as it is
// when the plan is done. `removed`: the row that was taken out. Those that name their targets need ids in the rows; the texts are the same.
import { ACTIONS } from "./rows.mjs";

const rowHtml = ({ id, label, value }) => `<tr id="r${id}"><td>${id}</td><td>${label}</td><td>${value}</td></tr>`;
const counterHtml = (count) => `<p id="count">${count}</p>`;
const rowsHtml = (rows) => `<tbody id="rows">${rows.map(rowHtml).join("")}</tbody>`;

/** All of the page, without its head. */
export function bodyHtml({ button }, { count, rows }) {
  const buttons = ACTIONS.map(({ name }) => button(name)).join("");
  return `<div id="page">${counterHtml(count)}${buttons}<table>${rowsHtml(rows)}</table></div>`;
}

const plainButton = (name, attributes) => `<button type="button" id="${name}" ${attributes}>${name}</button>`;

/**
 * What a plan comes to for systems that name their targets: `[kind, where, html]` steps. Kinds: "put" (the whole element anew), "before", "first", "last" (into the rows),
 * "gone", "morph" (the element, whose children keep their identity).
 */
function stepsOf(page, { count, insert, change, move, swap, remove, order }, removed) {
  const { rows } = page;
  if (count !== undefined) return [["put", "count", counterHtml(page.count)]];
  if (change !== undefined) return [["put", `r${rows[change.at].id}`, rowHtml(rows[change.at])]];
  if (remove !== undefined) return [["gone", `r${removed.id}`]];
  if (order !== undefined) return [["morph", "rows", rowsHtml(rows)]];
  if (insert !== undefined) return [putAt(rows, insert.at)];
  if (move !== undefined) return [["gone", `r${rows[move.to].id}`], putAt(rows, move.to)];
  if (swap === undefined) return [];
  const [a, b] = swap; // where each stands now; from the last on, so that what follows is in its place
  return [["gone", `r${rows[a].id}`], ["gone", `r${rows[b].id}`], putAt(rows, b), putAt(rows, a)];
}

function putAt(rows, at) {
  const row = rowHtml(rows[at]);
  if (at === 0) return ["first", "rows", row];
  return at === rows.length - 1 ? ["last", "rows", row] : ["before", `r${rows[at + 1].id}`, row];
}

const htmlType = "text/html; charset=utf-8";
const NOTHING = { status: 204, type: htmlType, body: "" };

/** Sends all of the page; the browser finds what has changed. */
function morphing(scripts, attributesOf) {
  const button = (name) => plainButton(name, attributesOf(`/${name}`));
  const system = { scripts, button };
  return { ...system, reply: (page) => ({ status: 200, type: htmlType, body: bodyHtml(system, page) }) };
}

/** Sends what has changed, and says where it goes; nothing when nothing has. */
function targeting(scripts, button, type, encode) {
  return {
    ...{ scripts, button },
    reply(page, plan, removed) {
      const steps = stepsOf(page, plan, removed);
      return steps.length === 0 ? NOTHING : { status: 200, type, body: encode(steps) };
    },
  };
}

const HX = {
  put: "outerHTML",
  before: "beforebegin",
  first: "afterbegin",
  last: "beforeend",
  gone: "delete",
  morph: "outerMorph",
};
const TURBO = { put: "replace", before: "before", first: "prepend", last: "append", gone: "remove", morph: "replace" };
const DATASTAR = { put: "outer", before: "before", first: "prepend", last: "append", morph: "morph" };

export const SYSTEMS = {
  "htmx 4, morph": morphing(["htmx 4"], (path) => `hx-post="${path}" hx-target="#page" hx-swap="outerMorph"`),
  "htmx 2 + idiomorph": morphing(
    ["htmx 2", "idiomorph for htmx 2"],
    (path) => `hx-ext="morph" hx-post="${path}" hx-target="#page" hx-swap="morph:outerHTML"`,
  ),
  "htmx 4, partials": targeting(
    ["htmx 4"],
    (name) => plainButton(name, `hx-post="/${name}" hx-swap="none"`),
    htmlType,
    (steps) =>
      steps
        .map(([kind, id, html = ""]) => `<hx-partial hx-target="#${id}" hx-swap="${HX[kind]}">${html}</hx-partial>`)
        .join(""),
  ),
  "Turbo streams": targeting(
    ["Turbo"],
    (name) => `<form method="post" action="/${name}"><button id="${name}">${name}</button></form>`,
    "text/vnd.turbo-stream.html; charset=utf-8",
    (steps) => turboSteps(steps).map(turboStream).join(""),
  ),
  Datastar: targeting(
    ["Datastar"],
    (name) => plainButton(name, `data-on-click="@post('/${name}')"`),
    "text/event-stream",
    (steps) => steps.map(datastarEvent).join(""),
  ),
};

// what comes takes the place of what has its id: nothing has to be taken out before
function turboSteps(steps) {
  return steps.length > 1 ? steps.filter(([kind]) => kind !== "gone") : steps;
}

function turboStream([kind, id, html]) {
  const method = kind === "morph" ? ` method="morph"` : "";
  const template = html === undefined ? "" : `<template>${html}</template>`;
  return `<turbo-stream action="${TURBO[kind]}"${method} target="${id}">${template}</turbo-stream>`;
}

function datastarEvent([kind, id, html]) {
  if (kind === "gone") return `event: datastar-remove-fragments\ndata: selector #${id}\n\n`;
  const target = ["put", "morph"].includes(kind) ? "" : `data: selector #${id}\n`;
  const mode = kind === "morph" ? "" : `data: mergeMode ${DATASTAR[kind]}\n`; // morph is what it does unasked
  return `event: datastar-merge-fragments\n${mode}${target}data: fragments ${html}\n\n`;
}
