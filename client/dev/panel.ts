import { details, headline, marks } from "./describe.ts";
import type { Entry } from "./entry.ts";
import { soon } from "./later.ts";
import { STYLE } from "./panel-style.ts";

/** The timeline on the page. */
export interface Panel {
  /** Shows what there is now, with the next frame. */
  update(): void;
  remove(): void;
}

/** What the panel shows, and may ask for. */
export interface PanelSource {
  readonly entries: readonly Entry[];
  clear(): void;
}

const NAME = "busbar-dev";

/**
 * Puts the timeline into the page, behind the body: what is swapped into the body never reaches it. No markup is parsed, and no event of
 * its own reaches the page.
 */
export function createPanel(source: PanelSource, isOpen: boolean): Panel {
  const host = document.createElement(defined());
  const shadow = host.attachShadow({ mode: "open" });
  if (typeof CSSStyleSheet === "function" && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  }
  const section = make("section", { "aria-label": "busbar timeline" });
  const toggle = make("button", { type: "button", class: "toggle", "aria-controls": "log" });
  const log = make("div", { class: "log", id: "log" });
  const clear = make("button", { type: "button", class: "clear" }, "Clear");
  const list = make("ol", { "aria-label": "Requests and findings, the newest last" });
  const boxes = [make("div", { class: "box source", hidden: "" }), make("div", { class: "box target", hidden: "" })];
  log.append(clear, list);
  section.append(toggle, log);
  shadow.append(section, ...boxes);

  const rows = new Map<Entry, HTMLElement>();
  const fold = (open: boolean): void => {
    log.hidden = !open;
    toggle.setAttribute("aria-expanded", `${open}`);
    if (open) log.scrollTop = log.scrollHeight;
  };
  const render = (): void => {
    if (!host.isConnected && !isRemoved) document.documentElement.append(host); // somebody has replaced the whole page
    toggle.textContent = summary(source.entries);
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    renderRows(list, rows, source.entries);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  let isRemoved = false;

  toggle.addEventListener("click", () => fold(log.hasAttribute("hidden")));
  clear.addEventListener("click", () => source.clear());
  shadow.addEventListener("keydown", (event) => {
    onKey(event as KeyboardEvent, list, () => {
      // cast: what this event is
      fold(false);
      toggle.focus();
    });
  });
  for (const type of ["focusin", "mouseover"])
    shadow.addEventListener(type, ({ target }) => outline(entryAt(target, rows), boxes));
  for (const type of ["focusout", "mouseleave"]) section.addEventListener(type, () => outline(undefined, boxes));
  for (const type of OWN) host.addEventListener(type, (event) => event.stopPropagation());
  fold(isOpen);
  render();
  const update = soon(render, nextFrame);
  return {
    update,
    remove: () => {
      isRemoved = true;
      host.remove();
    },
  };
}

/** What a reader does in the panel is no business of the page. */
const OWN = [
  ...["click", "dblclick", "mousedown", "mouseup", "mouseover", "mouseout", "mousemove", "pointerdown", "pointerup"],
  ...["pointermove", "pointerover", "pointerout", "keydown", "keyup", "keypress", "focusin", "focusout", "wheel"],
];

function nextFrame(f: () => void): void {
  requestAnimationFrame(() => f());
}

/** A name of its own makes the panel easy to find and to style away; another copy of the script may have taken it. */
function defined(): string {
  if (!customElements.get(NAME)) customElements.define(NAME, class extends HTMLElement {});
  return NAME;
}

function make(name: string, attributes: Readonly<Record<string, string>>, text = ""): HTMLElement {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
  el.textContent = text;
  return el;
}

function summary(entries: readonly Entry[]): string {
  const findings = entries.filter(({ kind }) => kind === "finding").length;
  const slow = entries.filter((entry) => entry.slow.length > 0).length;
  const requests = entries.length - findings;
  return `busbar · ${requests} requests · ${slow} slow · ${findings} findings`;
}

/** Keeps the row of each entry, so that the focus stays where it is. */
function renderRows(list: HTMLElement, rows: Map<Entry, HTMLElement>, entries: readonly Entry[]): void {
  const current = new Set(entries);
  for (const [entry, row] of rows) {
    if (current.has(entry)) continue;
    row.parentElement?.remove();
    rows.delete(entry);
  }
  for (const entry of entries) {
    let row = rows.get(entry);
    if (!row) {
      row = make("button", { type: "button", class: "entry", tabindex: "-1" });
      row.append(make("span", {}), " ", make("b", {}), make("small", {}));
      const item = make("li", {});
      item.append(row);
      list.append(item);
      rows.set(entry, row);
    }
    const texts = [headline(entry), marks(entry), details(entry)];
    texts.forEach((text, i) => {
      const part = row.children[i];
      if (part && part.textContent !== text) part.textContent = text;
    });
    row.dataset["state"] = entry.state;
    row.toggleAttribute("data-slow", entry.slow.length > 0);
  }
  // One stop for the Tab key: the arrows do the rest.
  const all = [...rows.values()];
  if (!all.some((row) => row.tabIndex === 0)) all.at(-1)?.setAttribute("tabindex", "0");
}

function onKey(event: KeyboardEvent, list: HTMLElement, close: () => void): void {
  const rows = Array.from(list.querySelectorAll<HTMLElement>(".entry"));
  const at = rows.indexOf(event.target as HTMLElement);
  if (event.key === "Escape") close();
  const moves = new Map([
    ["ArrowUp", at - 1],
    ["ArrowDown", at + 1],
    ["Home", 0],
    ["End", rows.length - 1],
  ]);
  const to = moves.get(event.key);
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
  for (const row of rows) row.tabIndex = row === next ? 0 : -1;
  next?.focus();
}

function entryAt(target: EventTarget | null, rows: ReadonlyMap<Entry, HTMLElement>): Entry | undefined {
  const row = target instanceof Element ? target.closest(".entry") : null;
  for (const [entry, el] of rows) if (el === row) return entry;
  return undefined;
}

/** Draws a box around the source and one around the target: the elements themselves stay untouched. */
function outline(entry: Entry | undefined, boxes: readonly HTMLElement[]): void {
  const elements = [entry?.sourceElement.deref(), entry?.targetElement?.deref()];
  boxes.forEach((box, i) => {
    const el = elements[i];
    box.hidden = !el?.isConnected;
    if (!el || box.hidden) return;
    const { left, top, width, height } = el.getBoundingClientRect();
    const lengths = { left, top, width, height };
    for (const [name, length] of Object.entries(lengths)) box.style.setProperty(name, `${length}px`); // no markup: policies allow it
  });
}
