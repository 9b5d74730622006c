// What the pages do beyond the attributes. All of it can be left out: then the links and buttons below do their work alone.

const within = (event: Event, selector: string): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;

const dialogOf = (event: Event): HTMLDialogElement | undefined => {
  const id = event instanceof CustomEvent ? event.detail.id : undefined;
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : undefined;
};

// Dialogs open and close when the server says so (`.trigger("dialog:open", { id })`).
document.addEventListener("dialog:open", (event) => {
  const dialog = dialogOf(event);
  if (dialog?.open === false) dialog.showModal();
});
document.addEventListener("dialog:close", (event) => dialogOf(event)?.close());

document.addEventListener("click", (event) => {
  const dialog = within(event, "[data-close]")?.closest("dialog");
  if (dialog) event.preventDefault();
  dialog?.close();

  const toast = within(event, "[data-dismiss]")?.parentElement;
  if (!toast) return;
  event.preventDefault();
  toast.remove();
  (document.querySelector<HTMLElement>("[data-dismiss]") ?? document.querySelector("main"))?.focus(); // what had the focus is gone
});

// What could not be done is said where everything else is.
const say = (text: string): void => document.getElementById("status")?.replaceChildren(text);
document.addEventListener("bus:response:error", ({ detail }) => {
  if (detail.ctx.response?.status !== 422) say("The server did not accept that");
});
document.addEventListener("bus:error", ({ detail }) => {
  if (detail.reason === "network") say("The server cannot be reached");
});

// Items of [data-sortable] can be dragged. Dropped, the form is sent with its inputs in the new order.
let dragged: HTMLElement | null = null;
document.addEventListener("dragstart", (event) => {
  dragged = within(event, "[data-sortable] [draggable]");
});
document.addEventListener("dragover", (event) => {
  const over = within(event, "[draggable]");
  if (dragged === null || over === null || over.parentElement !== dragged.parentElement) return;
  event.preventDefault(); // a place to drop
  const { top, height } = over.getBoundingClientRect();
  if (over !== dragged) over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("drop", (event) => {
  if (dragged !== null) event.preventDefault();
});
document.addEventListener("dragend", () => {
  dragged?.closest("form")?.requestSubmit();
  dragged = null;
});

import type {} from "busbar/client";
