import { isField, submittedBy } from "./collect.ts";
import { attribute, fail } from "./dom.ts";
import type { Act, Trigger } from "./extension-types.ts";
import { closest, is, isConnected, own, within } from "./members.ts";
import { start } from "./request.ts";
import { find, split, words } from "./selectors.ts";
import { settings } from "./settings.ts";
import type { Marked } from "./types.ts";
import { vocabulary } from "./vocabulary.ts";
import { ACTIVE, wantedBy } from "./wanted.ts";

/**
 * Activates what says in a part of the page when it asks. All others wait for the first event that reaches them, so that a page of ten thousand buttons starts at
 * once (bench: "client, start-up").
 */
export const activate = (root: Element): void => {
  // Only where one is inherited, what has none of its own may ask by itself as well: then all that asks is looked at. Without a namespace
  // (|), as jsdom's selectors take what stands before a colon for one.
  const isPassedOn = (): unknown =>
    settings.inherit || attribute(root, "trigger") || within(root, "[|bus-trigger\\:inherited]")[0];
  [root, ...within(root, isPassedOn() ? ACTIVE : "[bus-trigger]")].map((el) => attribute(el, "trigger") && enliven(el));
};

/** Lets an element listen to what it is to ask at, once. */
export const enliven = (el: Marked): void => {
  // cast: the document and the window have none
  if (el._life || !is(el, ACTIVE) || closest(el, "[bus-ignore]")) return;
  const text = attribute(el, "trigger") || (is(el, "form") ? "submit" : isField(el) ? "change" : "click");
  // What is heard at the element goes with it, and takes a third of the memory. All else has to be ended: what else there is to say is not
  // a plain word, or one of the grammar. cast: of 1, nothing is asked but whether it could be ended
  const isPlain = !/\W/.test(text) && !vocabulary[text as "load"];
  const life = (el._life = (isPlain ? 1 : new AbortController()) as AbortController);
  try {
    split(text).map((one) => listen(el, one, life));
  } catch (error) {
    fail("attribute", { source: el }, error); // a selector that does not parse, a modifier that nobody knows
  }
};

/** Does what one trigger says: `event modifier modifier:value`, `load` or `every time`. */
const listen = (el: Marked, text: string, life: AbortController): void => {
  // A filter is a modifier too: `keyup[key=='Enter']`
  const [name, chosen] = words(text.replace(/^([^\s[]+)\[/, "$1 if[:"));
  const trigger = { el, name, modifiers: chosen, signal: life.signal } as Trigger; // cast: the interval comes, where there is one
  let act: Act = (event) => {
    if (isConnected(el)) start(el, undefined, event, name === "every");
    else if (life.abort as unknown) el._life = life.abort() as undefined; // what has left the page stops here. cast: void
  };
  for (const key in chosen)
    if (/^\d[^[]*$/.test(key)) trigger.interval = key;
    else act = vocabulary[key as "once"](act, chosen[key] as string, trigger); // cast: a missing one throws, which is reported
  (vocabulary[name as "load"] ?? hear)(act, trigger);
};

const hear = (act: Act, { el, name, modifiers, signal }: Trigger): unknown =>
  find(el, modifiers["from"] ?? "this").map((node) =>
    own(
      node,
      "addEventListener",
      name,
      (event: Event) => {
        // The request stands in for what the browser would do: follow the link, submit the form.
        const isOwn = node === el && event.type === (is(el, "a") || submittedBy(el) ? "click" : "submit");
        // Not where the reader asks for a new tab, or another listener has answered it. cast: undefined on what is not a click
        const by = event as MouseEvent;
        const isTaken = by.button || by.ctrlKey || by.metaKey || by.shiftKey || by.altKey || by.defaultPrevented;
        // cast: nothing comes of it, and so the last of these is done and goes on
        if (isOwn && (isTaken || !wantedBy(el, event) || (event.preventDefault() as unknown))) return;
        act(event);
      },
      { signal },
    ),
  );
