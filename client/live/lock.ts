import type { Content } from "../../lib/wire/index.ts";
import { type LiveSlot, parentOf } from "./slots.ts";
import type { More, Submission } from "./types.ts";

/** A form's wish to be sent. */
interface Asked {
  readonly text: string;
  readonly submitter: HTMLElement | null;
  readonly go: () => void;
}

/**
 * What must not be disturbed: a form on its way to the server, until it has answered; what an input method composes in, until it has ended. What the
 * server writes there meanwhile waits, and so does the form when it is sent again with something else in it; with the same in it, it is sent once.
 */
export const lock: More = (live, [ask, fill]) => {
  const { _page: page, _root: root, _signal: signal } = live;
  /** What must not be disturbed; of a form what is on its way, and then what waits for that. */
  const busy = new Map<Node, readonly Asked[]>();
  const later = new Map<LiveSlot, Content>();
  const free = (node: Node, code?: string): void => {
    const form = node as HTMLFormElement; // cast: only forms have sent something
    const [sent, ...rest] = busy.get(node) ?? [];
    // Emptied once the server has handled it, unless it was touched since. What went wrong is still needed.
    const isOver = !code && sent && sent.text === textOf(new FormData(form, sent.submitter));
    busy.delete(node);
    for (const [slot, value] of [...later]) fill(page, slot, value);
    if (isOver && !ask(form, "querySelector", "[aria-invalid=true]")) HTMLFormElement.prototype.reset.call(form);
    if (!rest.length || code || !root.contains(node)) return; // a form of another mount is bound to something else
    busy.set(node, rest);
    rest[0]?.go();
  };
  page._later = later;
  page._wait = (slot, value) => {
    later.delete(slot);
    const waits = [...busy.keys()].some((node) => ask(node, "contains", parentOf(slot)));
    if (waits) later.set(slot, value);
    return waits;
  };
  const { _gate: gate } = live;
  live._gate = (element, event, go) => {
    const send = (): void => {
      if (event.type === "submit") {
        const submission = event as Submission;
        const { submitter } = submission;
        submission._data ??= new FormData(element as HTMLFormElement, submitter);
        const text = textOf(submission._data);
        const asked = busy.get(element) ?? [];
        if (asked.at(-1)?.text === text) return;
        busy.set(element, [...asked, { text, submitter, go }]);
        if (asked.length) return;
      }
      go();
    };
    gate?.(element, event, send); // that of events.ts
  };
  live._free = free;
  // casts: what one composes in is an element
  root.addEventListener("compositionstart", ({ target }) => busy.set(target as Node, []), { signal });
  root.addEventListener("compositionend", ({ target }) => free(target as Node), { signal });
};

/** What would be sent; files by their number only. */
const textOf = (data: FormData): string => JSON.stringify([...data]);
