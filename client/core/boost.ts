import { address, doc } from "./dom.ts";
import { start } from "./request.ts";
import { isTaken } from "./trigger.ts";

/** Answers a click on an ordinary link or the submit of an ordinary form, under `bus-boost`, with a request. */
export const boost = (event: Event): void => {
  const isLink = event.type === "click";
  // casts: of other events, the selector finds nothing
  const wanted = { click: "a[href]", submit: "form" }[event.type] as string;
  const el = (event.target as Element).closest?.(wanted) as Element;
  const isBoosted = el?.closest("[bus-boost]")?.matches(":not([bus-boost=false])");
  if (!isBoosted || isTaken(event) || el.closest("[bus-ignore],[download]")) return;
  const { submitter } = event as SubmitEvent; // cast: undefined on clicks
  // Not el.action: that may be an input of this name.
  const read = (name: string): string => submitter?.getAttribute(`form${name}`) ?? el.getAttribute(name) ?? "";
  const method = read("method").toUpperCase() || "GET";
  const url = address(read(isLink ? "href" : "action"));
  // Other windows, other origins, dialogs and places in a page are the browser's.
  if (!url || url.hash || !/^(_self)?$/.test(read("target")) || !/GET|POST/.test(method)) return;
  if (!isLink && method === "GET") url.search = ""; // the form's values take its place
  event.preventDefault();
  start(el, { method, url: url.href, boosted: true, target: doc.body, push: "true", scroll: 0 }, event);
};
