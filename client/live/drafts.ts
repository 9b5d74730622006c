import { doc } from "./slots.ts";
import type { More } from "./types.ts";

/** What may have been typed into. Casts to it: what follows is undefined on what has it not. */
type Control = HTMLInputElement & HTMLSelectElement;

/** Keeps what users have typed when the page is mounted anew, and tells it to a session that has never heard of it. */
export const keepDrafts: More = (live, [ask]) => {
  const { _root: root } = live;
  /** The elements that are called like this one. */
  const peersOf = ({ localName, id, name, type }: Control): Control[] =>
    [...root.querySelectorAll<Control>(localName)].filter(
      (other) => other.id === id && other.name === name && other.type === type,
    );
  const keep = (mount: () => void): void => {
    const active = doc.activeElement as Control;
    const typed = typedIn(root);
    const kept = [...new Set(root.contains(active) ? [...typed, active] : typed)].map((control) => {
      const { value, checked, selectionStart, selectionEnd } = control;
      return [control, peersOf(control).indexOf(control), value, checked, selectionStart, selectionEnd] as const;
    });
    mount();
    for (const [control, at, value, checked, start, end] of kept) {
      const twin = control.isConnected ? control : peersOf(control)[at];
      if (!twin) continue;
      if (twin !== control && typed.includes(control)) {
        const given = twin.value;
        twin.checked = checked;
        twin.value = value;
        if (twin.value !== value) twin.value = given; // an option that is no longer there
      }
      if (control === active && twin !== doc.activeElement) {
        twin.focus({ preventScroll: true });
        if (end != null) twin.setSelectionRange(start, end);
      }
    }
  };
  const change = live._change;
  live._change = (act, isMount) => change(isMount ? () => keep(act) : act, isMount);
  root.addEventListener("bus:live:connected", (event) => {
    if (!(event as CustomEvent).detail) return; // cast: view.ts says so: whether the session is a new one
    const told = new Set<Element>();
    for (const control of typedIn(root)) {
      const bound = control.closest("[bus-input],[bus-change]");
      if (!bound || told.has(bound) || ask(bound, "closest", "[bus-recover=off]")) continue;
      told.add(bound); // a form tells all its fields at once
      control.dispatchEvent(new Event(ask(bound, "getAttribute", "bus-input") ? "input" : "change", { bubbles: true }));
    }
  });
};

/** The controls whose user has changed them. */
const typedIn = (root: Element): Control[] =>
  [...root.querySelectorAll<Control>("input,textarea,select")].filter((control) => {
    if ((control.type as string) === "file") return false; // nobody may choose a file for its user
    // What it was to begin with, browsers know best: a range without a value stands in the middle.
    const fresh = control.cloneNode(true) as Control;
    const form = doc.createElement("form");
    form.append(fresh);
    HTMLFormElement.prototype.reset.call(form); // it may be called so
    return stateOf(fresh) !== stateOf(control);
  });

const stateOf = ({ value, checked, selectedOptions }: Control): string =>
  JSON.stringify([value, checked, [...(selectedOptions ?? [])].map((option) => option.index)]);
