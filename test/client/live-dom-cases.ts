import { each, type Html, html } from "../../lib/html/index.ts";
import { type Bind, defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";

/*
 * What the document keeps while a live view changes it: one suite for jsdom, and for the source and the minified scripts in Chromium. `act` runs in the
 * page, so it uses nothing from around it but `until` and `press`; its answer travels as JSON.
 */

declare global {
  /** Waits in the page until something is so. */
  var until: (test: () => unknown) => Promise<unknown>;
  /** Presses one of the stage's buttons without taking the focus, and waits until the page says it has been done. */
  var press: (name: string) => Promise<void>;
}

export interface DomCase {
  readonly name: string;
  readonly view: View;
  readonly act: () => unknown;
  readonly answer: unknown;
  /** What jsdom lacks for it. */
  readonly needs?: string;
}

interface Stage {
  readonly n: ReturnType<typeof signal<number>>;
  readonly rows: ReturnType<typeof signal<readonly string[]>>;
  readonly done: ReturnType<typeof signal<number>>;
}
type Names = "next" | "rotate" | "reverse" | "insert" | "drop" | "hear" | "late";

/** A view of a number and some rows, with a button for each thing that may happen to them. */
const stage = (
  draw: (
    state: { readonly n: number; readonly rows: readonly string[] },
    bind: Bind<Names, Record<never, never>>,
  ) => Html,
): View => {
  const done = (state: Stage): void => state.done.update((n) => n + 1);
  return defineView({
    mount: (): Stage => ({ n: signal(0), rows: signal<readonly string[]>(["a", "b", "c", "d"]), done: signal(0) }),
    on: {
      next(state) {
        state.n.update((n) => n + 1);
        done(state);
      },
      rotate(state) {
        state.rows.update((rows) => [...rows.slice(-1), ...rows.slice(0, -1)]);
        done(state);
      },
      reverse(state) {
        state.rows.update((rows) => rows.toReversed());
        done(state);
      },
      insert(state) {
        state.rows.update((rows) => ["new", ...rows]);
        done(state);
      },
      drop(state) {
        state.rows.update((rows) => rows.slice(1));
        done(state);
      },
      hear: (state, event) => state.rows.set([JSON.stringify(event)]),
      async late(state, event) {
        await new Promise((go) => setTimeout(go, 200));
        state.rows.set([JSON.stringify(event)]);
        done(state);
      },
    },
    render: (state, bind): Html =>
      html`<output id="done">${state.done}</output><button id="next" ${bind.next("click")}></button><button id="rotate" ${bind.rotate("click")}></button>
      <button id="reverse" ${bind.reverse("click")}></button><button id="insert" ${bind.insert("click")}></button>
      <button id="drop" ${bind.drop("click")}></button>
      <div id="stage">${draw({ n: state.n.get(), rows: state.rows.get() }, bind)}</div>`,
  });
};

/** A list of the stage's rows. */
const list = (rows: readonly string[], draw: (row: string) => Html): Html =>
  html`<ul>${each(
    rows,
    (row) => row,
    (row) => draw(row),
  )}</ul>`;

export const DOM_CASES: readonly DomCase[] = [
  {
    name: "a focused input keeps its value and its selection, and has its other attributes changed",
    view: stage(({ n }) => html`<input id="i" value=${`v${n}`} class=${`c${n}`} title=${n > 0}>`),
    async act() {
      const input = document.querySelector<HTMLInputElement>("#i") as HTMLInputElement;
      input.focus();
      input.value = "mine";
      input.setSelectionRange(1, 3);
      await press("next");
      const { className, selectionStart, selectionEnd } = input;
      return [
        document.querySelector("#i") === input && document.activeElement === input,
        ...[input.value, className, input.getAttribute("value"), selectionStart, selectionEnd],
      ];
    },
    answer: [true, "mine", "c1", "v1", 1, 3],
  },
  {
    name: "an input that is not focused follows the server",
    view: stage(
      ({ n }) =>
        html`<input id="i" value=${`v${n}`}><textarea id="t">${`t${n}`}</textarea><input id="c" type="checkbox" checked=${n > 0}>`,
    ),
    async act() {
      const [input, area, check] = ["#i", "#t", "#c"].map((id) => document.querySelector<HTMLInputElement>(id)) as [
        HTMLInputElement,
        HTMLInputElement,
        HTMLInputElement,
      ];
      input.value = "mine";
      area.value = "mine too";
      await press("next");
      return [input.value, area.value, check.checked];
    },
    answer: ["v1", "t1", true],
  },
  {
    name: "a focused checkbox follows the server: its user has said what there was to say",
    view: stage(({ n }) => html`<input id="c" type="checkbox" checked=${n % 2 === 0}>`),
    async act() {
      const check = document.querySelector<HTMLInputElement>("#c") as HTMLInputElement;
      check.focus();
      await press("next");
      const first = check.checked;
      check.checked = false;
      await press("next");
      return [first, check.checked];
    },
    answer: [false, true],
  },
  {
    name: "a focused textarea keeps its text and its caret",
    view: stage(({ n }) => html`<textarea id="t" rows=${n + 2}>${`t${n}`}</textarea>`),
    async act() {
      const area = document.querySelector<HTMLTextAreaElement>("#t") as HTMLTextAreaElement;
      area.focus();
      area.value = "first\nsecond";
      area.setSelectionRange(8, 8);
      await press("next");
      return [area.value, area.selectionStart, area.rows, document.activeElement === area];
    },
    answer: ["first\nsecond", 8, 3, true],
  },
  {
    name: "a select keeps what was chosen while options come and go around it",
    view: stage(
      ({ rows }) =>
        html`<select id="s">${each(
          rows,
          (row) => row,
          (row) => html`<option>${row}</option>`,
        )}</select>`,
    ),
    async act() {
      const select = document.querySelector<HTMLSelectElement>("#s") as HTMLSelectElement;
      select.value = "c";
      await press("insert");
      const first = select.value;
      await press("reverse");
      const second = select.value;
      for (let i = 0; i < 3; i++) await press("drop");
      return [first, second, [...select.options].map((option) => option.value)];
    },
    answer: ["c", "c", ["a", "new"]],
  },
  {
    name: "rows that move keep their focus, their selection and what was typed in them",
    view: stage(({ rows }) => list(rows, (row) => html`<li><input id=${row} value=""></li>`)),
    async act() {
      const input = document.querySelector<HTMLInputElement>("#d") as HTMLInputElement;
      input.focus();
      input.value = "typed";
      input.setSelectionRange(2, 4);
      const seen: unknown[] = [];
      for (const name of ["rotate", "reverse", "insert", "drop", "rotate"]) {
        await press(name);
        seen.push([document.activeElement === input, input.value, input.selectionStart, input.selectionEnd]);
      }
      seen.push([...document.querySelectorAll("input")].map((one) => one.id).join(""));
      return seen;
    },
    answer: [...Array.from({ length: 5 }, () => [true, "typed", 2, 4]), "dcba"],
  },
  {
    name: "what a visitor has opened stays open",
    view: stage(({ n }) => html`<details id="d" class=${`c${n}`}><summary>${n}</summary>${`text ${n}`}</details>`),
    async act() {
      const details = document.querySelector<HTMLDetailsElement>("#d") as HTMLDetailsElement;
      details.open = true;
      await press("next");
      return [details.open, details.className, details.textContent];
    },
    answer: [true, "c1", "1text 1"],
  },
  {
    name: "open is the view's where the view writes it: when it changes",
    view: stage(({ n }) => html`<details id="d" open=${n > 1}>${n}</details>`),
    async act() {
      const details = document.querySelector<HTMLDetailsElement>("#d") as HTMLDetailsElement;
      details.open = true;
      await press("next");
      const first = details.open;
      details.open = false;
      await press("next");
      return [first, details.open];
    },
    answer: [true, true],
  },
  {
    name: "modal dialogs and popovers stay, with their focus",
    needs: "showModal and showPopover",
    view: stage(
      ({ n, rows }) =>
        html`<dialog id="d" class=${`c${n}`}>${n}<input id="i"></dialog><p id="p" popover="manual">${n}</p>${list(rows, (row) => html`<li>${row}</li>`)}`,
    ),
    async act() {
      const dialog = document.querySelector<HTMLDialogElement>("#d") as HTMLDialogElement;
      const popover = document.querySelector<HTMLElement>("#p") as HTMLElement;
      popover.showPopover();
      dialog.showModal();
      await press("next");
      await press("insert");
      return [
        ...[dialog.matches(":modal"), dialog.className, popover.matches(":popover-open"), popover.textContent],
        document.activeElement?.id,
      ];
    },
    answer: [true, "c1", true, "1", "i"],
  },
  {
    name: "frames and media go on while their rows move",
    needs: "moveBefore",
    view: stage(({ rows }) =>
      list(rows, (row) => html`<li id="r${row}"><iframe srcdoc="<p>x"></iframe><audio></audio></li>`),
    ),
    async act() {
      const frames = [...document.querySelectorAll("iframe")];
      await until(() => frames.every((frame) => frame.contentDocument?.readyState === "complete"));
      const windows = frames.map((frame) => frame.contentWindow);
      for (const name of ["rotate", "reverse", "insert", "rotate"]) await press(name);
      return frames.map((frame, index) => frame.contentWindow === windows[index]);
    },
    answer: [true, true, true, true],
  },
  {
    name: "custom elements are told that they move, not that they leave",
    needs: "moveBefore",
    view: stage(({ n, rows }) => list(rows, (row) => html`<li><x-moved data-n=${n}>${row}</x-moved></li>`)),
    async act() {
      const told: string[] = [];
      customElements.define(
        "x-moved",
        class extends HTMLElement {
          static observedAttributes = ["data-n"];
          connectedCallback(): void {
            told.push(`in ${this.textContent}`);
          }
          connectedMoveCallback(): void {
            told.push(`moved ${this.textContent}`);
          }
          disconnectedCallback(): void {
            told.push(`out ${this.textContent}`);
          }
          attributeChangedCallback(_name: string, _old: string | null, value: string): void {
            if (value === "1") told.push(`changed ${this.textContent}`);
          }
        },
      );
      const first = told.splice(0).length;
      await press("rotate");
      const moved = told.splice(0);
      await press("next");
      const changed = told.splice(0);
      await press("drop");
      return [first, moved, changed, told];
    },
    answer: [4, ["moved d"], ["changed d", "changed a", "changed b", "changed c"], ["out d"]],
  },
  {
    name: "a custom element that fills itself is left as it is, whether it came with the page or later",
    view: stage(({ n, rows }) =>
      list(rows, (row) => html`<li><x-filled class=${`c${n}`} data-row=${row}></x-filled></li>`),
    ),
    async act() {
      customElements.define(
        "x-filled",
        class extends HTMLElement {
          connectedCallback(): void {
            this.textContent ||= `own ${this.dataset["row"]}`;
          }
        },
      );
      await press("next");
      await press("insert");
      return [...document.querySelectorAll("x-filled")].map((one) => `${one.className} ${one.textContent}`);
    },
    answer: ["c1 own new", "c1 own a", "c1 own b", "c1 own c", "c1 own d"],
  },
  {
    name: "an open shadow root stays with its element, and what is slotted into it is patched",
    view: stage(({ n }) => html`<div id="host">${n}</div>`),
    async act() {
      const host = document.querySelector("#host") as Element;
      host.attachShadow({ mode: "open" }).innerHTML = "<slot></slot>";
      await press("next");
      return [host.shadowRoot?.innerHTML, host.textContent];
    },
    answer: ["<slot></slot>", "1"],
  },
  {
    name: "what is in an ignored element is another script's, its attributes are the view's",
    view: stage(({ n }) => html`<div id="w" bus-ignore data-n=${n} class=${`c${n}`}><i>${n}</i></div><em>${n}</em>`),
    async act() {
      const widget = document.querySelector<HTMLElement>("#w") as HTMLElement;
      widget.replaceChildren("widget");
      await press("next");
      await press("next");
      return [widget.textContent, widget.dataset["n"], widget.className, document.querySelector("em")?.textContent];
    },
    answer: ["widget", "2", "c2", "2"],
  },
  {
    name: "a widget moves with its row, and one in a row that comes later begins with what the view says",
    view: stage(({ rows }) => list(rows, (row) => html`<li><div bus-ignore>${row}</div></li>`)),
    async act() {
      const widgets = [...document.querySelectorAll("[bus-ignore]")];
      for (const widget of widgets) widget.textContent = `w${widget.textContent}`;
      for (const name of ["rotate", "reverse", "insert"]) await press(name);
      const all = [...document.querySelectorAll("[bus-ignore]")];
      return [all.map((one) => one.textContent), all.filter((one) => widgets.includes(one)).length];
    },
    answer: [["new", "wc", "wb", "wa", "wd"], 4],
  },
  {
    name: "classes and attributes that other scripts have added stay",
    view: stage(({ n }) => html`<p id="p" title=${`t${n}`}>${n}</p>`),
    async act() {
      const p = document.querySelector("#p") as Element;
      p.classList.add("theirs");
      p.setAttribute("data-theirs", "1");
      await press("next");
      return [p.className, p.getAttribute("data-theirs"), p.getAttribute("title"), p.textContent];
    },
    answer: ["theirs", "1", "t1", "1"],
  },
  {
    name: "a selection in a long text stays when the text changes elsewhere",
    view: stage(({ n }) => html`<p id="p">${`${"word ".repeat(60)}end ${n}`}</p>`),
    async act() {
      const text = document.querySelector("#p")?.firstChild as Text;
      const selection = getSelection() as Selection;
      selection.setBaseAndExtent(text, 5, text, 9);
      await press("next");
      return [`${selection}`, text.isConnected, text.data.slice(-5)];
    },
    answer: ["word", true, "end 1"],
  },
  {
    name: "scrolled boxes stay scrolled while rows come, go and move around and with them",
    needs: "a layout",
    view: stage(
      ({ n, rows }) =>
        html`<div id="box" style="height:60px;overflow:auto"><div style="height:900px">${n}</div></div>${list(
          rows,
          (row) =>
            html`<li><div id="s${row}" style="height:20px;overflow:auto"><p style="height:300px">${row}</p></div></li>`,
        )}`,
    ),
    async act() {
      const tops = (): number[] => ["box", "sa", "sd"].map((id) => document.getElementById(id)?.scrollTop ?? -1);
      for (const [id, top] of [
        ["box", 70],
        ["sa", 50],
        ["sd", 40],
      ] as const)
        document.getElementById(id)?.scrollTo(0, top);
      const seen: number[][] = [];
      for (const name of ["next", "insert", "rotate", "reverse"]) {
        await press(name);
        seen.push(tops());
      }
      return seen;
    },
    answer: Array.from({ length: 4 }, () => [70, 50, 40]),
  },
  {
    name: "the page stays where it was read when rows come above",
    needs: "a layout",
    view: stage(({ rows }) => list(rows, (row) => html`<li style="height:700px" id="r${row}">${row}</li>`)),
    async act() {
      const row = document.querySelector("#rc") as Element;
      row.scrollIntoView();
      const before = Math.round(row.getBoundingClientRect().top);
      await press("insert");
      await new Promise(requestAnimationFrame);
      return [Math.abs(Math.round(row.getBoundingClientRect().top) - before) < 2, scrollY > 1400];
    },
    answer: [true, true],
  },
  {
    name: "running animations of a row are not started again when it or another moves",
    needs: "animations",
    view: stage(({ rows }) => list(rows, (row) => html`<li id="r${row}">${row}</li>`)),
    async act() {
      const row = document.querySelector("#rd") as Element;
      const animation = row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 60_000 });
      animation.currentTime = 30_000;
      for (const name of ["rotate", "insert", "reverse"]) await press(name);
      return [row.getAnimations()[0] === animation, Number(animation.currentTime) >= 30_000];
    },
    answer: [true, true],
  },
  {
    name: "radio buttons keep the visitor's choice while they move",
    view: stage(
      ({ n, rows }) =>
        html`<form class=${`c${n}`}>${list(rows, (row) => html`<li><input type="radio" name="r" value=${row}></li>`)}</form>`,
    ),
    async act() {
      const radio = document.querySelector<HTMLInputElement>("[value=c]") as HTMLInputElement;
      radio.checked = true;
      for (const name of ["next", "rotate", "reverse", "insert"]) await press(name);
      return [...document.querySelectorAll<HTMLInputElement>("[type=radio]")].map(
        (one) => `${one.value}${one.checked}`,
      );
    },
    answer: ["newfalse", "cfalse", "bfalse", "afalse", "dfalse"].map((text) => text.replace("cfalse", "ctrue")),
  },
  {
    name: "a form on its way is not disturbed, is marked, sent once, and emptied when it has been handled",
    view: stage(
      ({ n }, bind) =>
        html`<form id="f" ${bind.late("submit")}><input id="i" name="text" value=""><input id="other" value=${`v${n}`}></form>`,
    ),
    async act() {
      const form = document.querySelector<HTMLFormElement>("#f") as HTMLFormElement;
      const [input, other] = form.querySelectorAll("input") as unknown as [HTMLInputElement, HTMLInputElement];
      const { busbarLive } = globalThis as { busbarLive?: { form?: unknown } };
      await until(() => !busbarLive || busbarLive.form); // what forms need is loaded
      input.value = "once";
      form.requestSubmit();
      form.requestSubmit();
      const marked = form.classList.contains("bus-request");
      const done = document.querySelector("#done")?.textContent;
      document.querySelector<HTMLElement>("#next")?.click(); // waits for its turn
      const meanwhile = new Set<string>();
      await until(() => {
        if (form.classList.contains("bus-request")) meanwhile.add(`${input.value} ${other.value}`);
        return Number(document.querySelector("#done")?.textContent) === Number(done) + 2;
      });
      await until(() => !form.classList.contains("bus-request"));
      return [marked, [...meanwhile], input.value, other.value];
    },
    answer: [true, ["once v0"], "", "v1"],
  },
  {
    name: "what appears and goes again is new each time, and what stands beside it stays",
    view: stage(
      ({ n }) => html`<i id="before">x</i>${n % 2 ? html`<p id="p"><input id="q"></p>` : ""}<i id="after">${n}</i>`,
    ),
    async act() {
      const [before, after] = [document.querySelector("#before"), document.querySelector("#after")];
      await press("next");
      const first = document.querySelector<HTMLInputElement>("#q") as HTMLInputElement;
      first.value = "typed";
      await press("next");
      const gone = document.querySelector("#q");
      await press("next");
      const second = document.querySelector<HTMLInputElement>("#q");
      return [
        ...[gone, second === first, second?.value],
        before === document.querySelector("#before") && after === document.querySelector("#after"),
      ];
    },
    answer: [null, false, "", true],
  },
  {
    name: "tables, options and pictures take rows of their own kind",
    view: stage(
      ({ rows }) =>
        html`<table><tbody>${each(
          rows,
          (row) => row,
          (row) => html`<tr><td>${row}</td></tr>`,
        )}</tbody></table><svg><g>${each(
          rows,
          (row) => row,
          (row) => html`<circle id="c${row}" r="1"></circle>`,
        )}</g></svg>`,
    ),
    async act() {
      for (const name of ["insert", "rotate"]) await press(name);
      return [
        [...document.querySelectorAll("tbody > tr > td")].map((cell) => cell.textContent),
        [...document.querySelectorAll("circle")].map((one) => `${one.id} ${one.namespaceURI?.endsWith("svg")}`),
      ];
    },
    answer: [
      ["d", "new", "a", "b", "c"],
      ["cd true", "cnew true", "ca true", "cb true", "cc true"],
    ],
  },
  {
    name: "texts and attributes that look like something else are what they are",
    view: stage(
      ({ n }) =>
        html`<p id="p" title=${["", "1", "0", "true", "null", "[1]"][n]} hidden=${n % 2 === 0}>${["x", "1", "0", "true", "", "1"][n]}</p><div id="d">${n === 1 ? "1" : n === 2 ? html`<b>b</b>` : n === 3 ? "3" : html`<i>i</i>`}</div>`,
    ),
    async act() {
      const p = document.querySelector("#p") as HTMLElement;
      const read = (): unknown => [
        ...[p.title, p.hidden, p.textContent],
        document.querySelector("#d")?.innerHTML.replace(/<!--.*?-->/g, ""),
      ];
      const seen = [];
      for (let i = 0; i < 5; i++) {
        await press("next");
        seen.push(read());
      }
      return seen;
    },
    answer: [
      ["1", false, "1", "1"],
      ["0", true, "0", "<b>b</b>"],
      ["true", false, "true", "3"],
      ["null", true, "", "<i>i</i>"],
      ["[1]", false, "1", "<i>i</i>"],
    ],
  },
  {
    name: "a form with a field called remove goes like anything else, alone and as a row",
    view: stage(
      ({ n, rows }) =>
        html`${n ? html`<b>gone</b>` : html`<form><input name="remove"></form>`}<section>${each(
          rows,
          (row) => row,
          (row) => html`<form><button type="button" name="remove" title=${row}></button></form>`,
        )}</section>`,
    ),
    async act() {
      const read = (): unknown => [
        document.querySelectorAll("input[name=remove]").length,
        [...document.querySelectorAll<HTMLElement>("section button")].map((button) => button.title).join(""),
      ];
      const seen = [];
      for (const name of ["drop", "next", "reverse", "insert"]) {
        await press(name);
        seen.push(read());
      }
      return seen;
    },
    answer: [
      [1, "bcd"],
      [0, "bcd"],
      [0, "dcb"],
      [0, "newdcb"],
    ],
  },
];
