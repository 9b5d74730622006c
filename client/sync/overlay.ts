import type { TextField } from "./bind-textarea.ts";

/** A cursor to draw: places in the field's value, and how it looks. */
export interface DrawnCursor {
  readonly anchor: number;
  readonly head: number;
  readonly name: string;
  readonly color: string;
}

/** A layer over a text field. */
export interface Overlay {
  draw(cursors: readonly DrawnCursor[]): void;
  /** Follows the field's scroll position. */
  scroll(): void;
  remove(): void;
}

// :where() has no specificity: any rule of the page wins. A constructed sheet needs no 'unsafe-inline'.
const STYLE = `
:where(.bus-cursors){position:absolute;overflow:hidden;pointer-events:none}
:where(.bus-cursors-layer,.bus-cursors-copy){position:absolute;top:0;left:0}
:where(.bus-cursors-copy){visibility:hidden;overflow-wrap:break-word}
:where(.bus-cursor){position:absolute;width:2px;margin-left:-1px;background-color:var(--bus-cursor-color)}
:where(.bus-cursor-name){position:absolute;left:0;bottom:100%;padding:0 .3em;border-radius:2px;white-space:nowrap;font:11px/1.4 system-ui,sans-serif;color:#fff;background-color:var(--bus-cursor-color)}
:where(.bus-cursor-name-below){bottom:auto;top:100%}
:where(.bus-selection){position:absolute;opacity:.25;background-color:var(--bus-cursor-color)}`;

/** What decides where a character stands. */
const COPIED = [
  "direction",
  "font-family",
  "font-feature-settings",
  "font-kerning",
  "font-size",
  "font-stretch",
  "font-style",
  "font-variant",
  "font-weight",
  "letter-spacing",
  "line-height",
  "padding-bottom",
  "padding-left",
  "padding-right",
  "padding-top",
  "tab-size",
  "text-align",
  "text-indent",
  "text-transform",
  "word-break",
  "word-spacing",
];
const MAX_LINES = 200; // of one selection: what is drawn beyond the visible part costs the same

/**
 * A text field tells nobody where its characters are. So a hidden copy with the same font and width is laid out below
 * the layer, with an empty element at each place of interest, and those are measured.
 */
export function createOverlay(field: TextField): Overlay {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const copy = make("bus-cursors-copy");
  const marks = make("bus-cursors-layer");
  const layer = make("bus-cursors-layer", copy, marks);
  const root = make("bus-cursors", layer);
  root.setAttribute("aria-hidden", "true");
  field.after(root);

  const scroll = (): void => {
    layer.style.transform = `translate(${-field.scrollLeft}px,${-field.scrollTop}px)`;
  };
  const align = (): void => {
    const style = getComputedStyle(field);
    place(
      root,
      field.offsetLeft + field.clientLeft,
      field.offsetTop + field.clientTop,
      field.clientWidth,
      field.clientHeight,
    );
    for (const name of COPIED) copy.style.setProperty(name, style.getPropertyValue(name));
    copy.style.boxSizing = "border-box";
    copy.style.width = field.tagName === "INPUT" ? "max-content" : `${field.clientWidth}px`;
    copy.style.whiteSpace = field.tagName === "INPUT" ? "pre" : "pre-wrap";
  };

  return {
    draw(cursors) {
      if (cursors.length === 0) return marks.replaceChildren();
      align();
      scroll();
      const anchors = fill(copy, field.value, cursors);
      const origin = copy.getBoundingClientRect();
      marks.replaceChildren(...cursors.flatMap((cursor) => drawCursor(cursor, anchors, origin)));
    },
    scroll,
    remove() {
      root.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    },
  };
}

/** Fills the copy with the text and an empty element at each place, and returns these by place. */
function fill(copy: HTMLElement, value: string, cursors: readonly DrawnCursor[]): ReadonlyMap<number, HTMLElement> {
  const places = new Set(cursors.flatMap(({ anchor, head }) => [anchor, head]));
  const anchors = new Map<number, HTMLElement>();
  const nodes: (Node | string)[] = [];
  let from = 0;
  for (const place of [...places].sort((left, right) => left - right)) {
    const anchor = document.createElement("span");
    anchors.set(place, anchor);
    nodes.push(value.slice(from, place), anchor);
    from = place;
  }
  copy.replaceChildren(...nodes, value.slice(from), "\u200b"); // without it a line end at the very end opens no line
  return anchors;
}

function drawCursor(
  { anchor, head, name, color }: DrawnCursor,
  anchors: ReadonlyMap<number, HTMLElement>,
  origin: DOMRect,
): HTMLElement[] {
  const start = anchors.get(Math.min(anchor, head));
  const end = anchors.get(Math.max(anchor, head));
  const at = anchors.get(head)?.getBoundingClientRect();
  if (start === undefined || end === undefined || at === undefined) return [];
  const label = make("bus-cursor-name");
  label.textContent = name;
  if (at.top - origin.top < at.height) label.classList.add("bus-cursor-name-below"); // there is no room above the first line
  label.hidden = name === "";
  const caret = make("bus-cursor", label);
  place(caret, at.left - origin.left, at.top - origin.top, undefined, at.height);
  const drawn = [...selectedLines(start, end, origin), caret];
  // A stranger's string: only a colour gets in, never a url().
  for (const element of drawn)
    element.style.setProperty("--bus-cursor-color", CSS.supports("color", color) ? color : "gray");
  return drawn;
}

function selectedLines(start: HTMLElement, end: HTMLElement, origin: DOMRect): HTMLElement[] {
  if (start === end) return [];
  const range = document.createRange();
  range.setStartAfter(start);
  range.setEndBefore(end);
  return [...range.getClientRects()].slice(0, MAX_LINES).map((line) => {
    const mark = make("bus-selection");
    place(mark, line.left - origin.left, line.top - origin.top, line.width, line.height);
    return mark;
  });
}

function make(className: string, ...children: Node[]): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  return element;
}

function place(element: HTMLElement, left: number, top: number, width: number | undefined, height: number): void {
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
  if (width !== undefined) element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}
