import { address, attribute } from "./dom.ts";
import { getAttribute } from "./members.ts";
import { doc } from "./settings.ts";
import type { RequestStart } from "./types.ts";

const VERBS = ["get", "post", "put", "patch", "delete"];

/** Selects what may ask: elements with a verb, and ordinary links and forms, which do under `bus-boost`. */
export const ACTIVE: string = `${VERBS.map((verb) => `[bus-${verb}]`)},a[href]:not([download]),form`;

/** What an element asks for: what its verb says, else what the browser would. Undefined when that is the browser's own. */
export const wantedBy = (el: Element, event?: Event): RequestStart | undefined => {
  // cast: undefined on clicks
  const submitter = (event as SubmitEvent | undefined)?.submitter;
  // Not el.action: that may be an input of this name.
  const read = (name: string): string => getAttribute(submitter, `form${name}`) ?? getAttribute(el, name) ?? "";
  const method = read("method").toUpperCase() || "GET";
  const url = address(read("action") || read("href"));
  // Other windows, other origins, dialogs (no GET, no POST) and places in a page are the browser's.
  const isOurs = url && !url.hash && /^(_self)?$/.test(read("target")) && /GE|PO/.test(method);
  // Asked behind what is read of the browser's own, so that all of it folds into one expression, which is shorter.
  const verb = VERBS.find((name) => getAttribute(el, `bus-${name}`) != null);
  if (verb) return { method: verb.toUpperCase(), url: getAttribute(el, `bus-${verb}`) as string }; // cast: it has it
  if (!isOurs || (attribute(el, "boost") ?? "false") === "false") return undefined;
  if (method === "GET" && !read("href")) url.search = ""; // the form's values take its place
  return {
    method,
    url: url.href,
    boosted: true,
    target: doc.body,
    push: "true",
    scroll: 0,
    headers: { "Bus-Boosted": "true" },
  };
};
