import { CodedError, isCodedError } from "../../lib/errors/index.ts";
import type { WireMap, WireValue } from "../../lib/wire/index.ts";
import { type Controls, closest, formOf, isListed, optionsOf, optionValue, type TestFile } from "./controls.ts";
import { isDisabled } from "./match.ts";
import { attributeOf, describeElement, type Element, elementsIn, isWithin } from "./nodes.ts";
import { isSameOrigin, pathOf } from "./requests.ts";
import type { Tab } from "./tab.ts";
import { sendFiles } from "./uploads.ts";

/** What a test puts into a control: text, a number as text, a tick, several values, or files. @public */
export type FieldValue = string | number | boolean | readonly string[] | TestFile | readonly TestFile[];
/** Values for the controls of a form, by name. @public */
export type FormFields = Readonly<Record<string, FieldValue>>;

type EventName = "click" | "submit" | "input" | "change";

/** Clicks as a person does: a handler if one is bound, else what the element does by itself. */
export async function click(tab: Tab, element: Element): Promise<WireValue | undefined> {
  if (isDisabled(element)) throw new CodedError("TESTING_DISABLED", `${describeElement(element)} is disabled`);
  if (isListed(element)) tab.focused = element;
  const handled = hears(tab, element, "click");
  if (handled !== undefined) return await fire(tab, "click", element);
  const label = closest(element, ({ tagName }) => tagName === "label");
  const control = closest(element, (at) => isListed(at) || at.tagName === "a" || at.tagName === "summary");
  if (control !== undefined && control !== element && isDisabled(control))
    throw new CodedError("TESTING_DISABLED", `${describeElement(control)} is disabled`);
  if (control !== undefined) return await activate(tab, control);
  const labelled = label === undefined ? undefined : controlOf(tab, label);
  if (labelled !== undefined) return await click(tab, labelled);
  return nothingBound(element, "click");
}

async function activate(tab: Tab, element: Element): Promise<WireValue | undefined> {
  const type = (attributeOf(element, "type") ?? (element.tagName === "button" ? "submit" : "text")).toLowerCase();
  const href = element.tagName === "a" ? attributeOf(element, "href") : undefined;
  if (href !== undefined) return await follow(tab, element, href);
  if (element.tagName === "input" && (type === "checkbox" || type === "radio")) {
    const isChecked = type === "radio" || !tab.controls.isChecked(element);
    tab.controls.setChecked(element, isChecked, tab.document);
    return await changed(tab, element);
  }
  const form = formOf(element, tab.document);
  if (form !== undefined && isListed(element) && (type === "submit" || type === "image"))
    return await submitForm(tab, form, element);
  if (form !== undefined && type === "reset") tab.controls.reset(form, tab.document);
  else if (element.tagName === "summary") toggle(element);
  else if (!isListed(element) || type === "button") nothingBound(element, "click");
  return undefined;
}

/** A link: within the session if it may, else a page load. */
export async function follow(tab: Tab, element: Element, href: string): Promise<WireValue | undefined> {
  if (!isSameOrigin(href)) throw new CodedError("TESTING_NO_PAGE", `${href} is on another site`);
  const isNav = attributeOf(element, "bus-nav") !== undefined && tab.root !== undefined && isWithin(element, tab.root);
  const url = pathOf(href, tab.url);
  if (isNav && tab.connection?.state === "live") await navigate(tab, url);
  else await tab.load("GET", url);
  return undefined;
}

/**
 * Asks the session to show another address; one that has no way to do so is left for the new page.
 * @param flash - Messages for a page that is loaded, sealed by the server.
 */
export async function navigate(tab: Tab, url: string, flash?: string): Promise<void> {
  const { connection } = tab;
  const sent = await (connection === undefined
    ? undefined
    : tab.send(() => connection.navigate(url)).catch(noNavigation));
  if (connection === undefined || sent === undefined) {
    if (flash !== undefined) tab.requests.setCookie("bus-flash", flash, 60_000);
    return await tab.load("GET", url);
  }
  if (sent.reply instanceof Uint8Array) connection.token = sent.reply;
  tab.moveTo(url);
}

function noNavigation(error: unknown): undefined {
  if (!isCodedError(error) || error.code !== "LIVE_NO_NAVIGATION") throw error;
}

/** Sends a form, by a handler if one is bound, else as a browser does. */
export async function submitForm(
  tab: Tab,
  form: Element,
  submitter: Element | undefined,
): Promise<WireValue | undefined> {
  if (hears(tab, form, "submit") !== undefined) return await fire(tab, "submit", form, submitter);
  await post(tab, form, submitter);
  return undefined;
}

/** Sends a form as a browser without JavaScript does. */
export async function post(tab: Tab, form: Element, submitter: Element | undefined): Promise<void> {
  const entries = tab.controls.entriesOf(form, tab.document, submitter);
  const read = (name: string): string | undefined =>
    (submitter === undefined ? undefined : attributeOf(submitter, `form${name}`)) ?? attributeOf(form, name);
  const action = pathOf(read("action") || tab.url, tab.url);
  if ((read("method") ?? "get").toLowerCase() !== "post") {
    const query = new URLSearchParams(entries.map(([name, value]) => [name, textOf(value)]));
    return await tab.load("GET", `${action.split("?")[0]}?${query}`);
  }
  const isMultipart = read("enctype") === "multipart/form-data";
  const data = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === "string" || !isMultipart) data.append(name, textOf(value));
    else
      data.append(
        name,
        new File([new Uint8Array(value.bytes)], value.name, { type: value.type ?? "application/octet-stream" }),
      );
  }
  const body = isMultipart ? data : new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
  const request = new Request("http://test.local/", { method: "POST", body });
  const bytes = new Uint8Array(await request.arrayBuffer());
  await tab.load("POST", action, { type: request.headers.get("content-type") ?? "", bytes });
}

function textOf(value: string | TestFile): string {
  return typeof value === "string" ? value : value.name;
}

/** Fires `input` and `change`, as a control does whose value a person has changed. */
export async function changed(tab: Tab, control: Element): Promise<WireValue | undefined> {
  tab.focused = control;
  await sendFiles(tab, control);
  const first = await fire(tab, "input", control);
  // The patch that came may have taken the control away.
  return isWithin(control, tab.document) ? ((await fire(tab, "change", control)) ?? first) : first;
}

/** Runs the handler an element is bound to; nothing when it is bound to none. */
export async function fire(
  tab: Tab,
  event: EventName,
  element: Element,
  submitter?: Element,
): Promise<WireValue | undefined> {
  const bound = hears(tab, element, event);
  const { connection } = tab;
  if (bound === undefined || connection === undefined) return undefined;
  const binding = bindingOf(bound, event);
  const [, handler = "", own = "{}"] = /^(\d+)(?:\.\w+)?(?: ([\s\S]*))?$/.exec(binding) ?? [];
  const given = argumentsOf(tab, event, bound, element, submitter);
  const isSent = event === "submit";
  const before = isSent ? fingerprint(tab.controls, bound, tab) : "";
  const sent = await tab.send(() => connection.event(Number(handler), { ...given, ...JSON.parse(own) }));
  // A form that was sent is emptied once its event is handled, unless it was touched since.
  const isDone = sent.isSettled && sent.failure === undefined;
  if (isSent && isDone && isWithin(bound, tab.document) && before === fingerprint(tab.controls, bound, tab))
    tab.controls.reset(bound, tab.document);
  return sent.reply;
}

function fingerprint(controls: Controls, form: Element, tab: Tab): string {
  return JSON.stringify(controls.entriesOf(form, tab.document).map(([name, value]) => [name, textOf(value)]));
}

/** What a handler gets: the fields of a form, or value and tick of the control. */
function argumentsOf(
  tab: Tab,
  event: EventName,
  bound: Element,
  target: Element,
  submitter: Element | undefined,
): WireMap {
  const args: Record<string, WireValue> = Object.create(null);
  if (bound.tagName === "form") {
    for (const [name, value] of tab.controls.entriesOf(bound, tab.document, submitter)) {
      if (typeof value !== "string" || name.startsWith("bus:")) continue;
      args[name] = name in args ? [args[name] ?? null, value].flat() : value;
    }
  } else if (event !== "click") {
    args["value"] = tab.controls.valueOf(target);
    args["checked"] = tab.controls.isChecked(target);
  }
  return args;
}

/** The element whose handler hears an event of this one, as the client script finds it. */
export function hears(tab: Tab, element: Element, event: EventName): Element | undefined {
  const { root } = tab;
  if (root === undefined || tab.connection === undefined || !isWithin(element, root)) return undefined;
  return closest(element, (at) => {
    if (!isWithin(at, root)) return false;
    if (event === "click") return attributeOf(at, "name") === "bus:click" && !isDisabled(at);
    if (event === "submit") return at.tagName === "form" && (attributeOf(at, "action") ?? "").includes("bus:submit=");
    return attributeOf(at, `bus-${event}`) !== undefined;
  });
}

function bindingOf(bound: Element, event: EventName): string {
  if (event === "click") return attributeOf(bound, "value") ?? "";
  if (event === "submit")
    return new URL(`http://x/${attributeOf(bound, "action")}`).searchParams.get("bus:submit") ?? "";
  return attributeOf(bound, `bus-${event}`) ?? "";
}

/** Puts values into the controls of a form. @throws CodedError `TESTING_BAD_FIELD`. */
export function fillForm(tab: Tab, form: Element, fields: FormFields): void {
  const controls = [...elementsIn(tab.document)].filter(
    (element) => isListed(element) && formOf(element, tab.document) === form,
  );
  for (const [name, value] of Object.entries(fields)) {
    const named = controls.filter((control) => attributeOf(control, "name") === name && !isButton(control));
    if (named.length === 0) {
      const names = new Set(
        controls.filter((control) => !isButton(control)).map((control) => attributeOf(control, "name") ?? ""),
      );
      names.delete("");
      throw new CodedError(
        "TESTING_BAD_FIELD",
        `the form has no field "${name}"; it has ${[...names].join(", ") || "none"}`,
      );
    }
    fillControls(tab, named, value);
  }
}

function isButton(control: Element): boolean {
  return (
    control.tagName === "button" || ["submit", "button", "reset", "image"].includes(attributeOf(control, "type") ?? "")
  );
}

/** Puts a value into the controls of one name. */
export function fillControls(tab: Tab, named: readonly Element[], value: FieldValue): void {
  const open = named.filter((one) => !isDisabled(one));
  const [control] = open;
  if (control === undefined) throw new CodedError("TESTING_DISABLED", `${named.map(describeElement)} is disabled`);
  const type = (attributeOf(control, "type") ?? "text").toLowerCase();
  const isInput = control.tagName === "input";
  if (isInput && (type === "checkbox" || type === "radio")) tick(tab, open, value);
  else if (isInput && type === "file") choose(tab, control, value);
  else if (control.tagName === "select") select(tab, control, value);
  else write(tab, open, value);
}

function write(tab: Tab, fields: readonly Element[], value: FieldValue): void {
  const values = [value].flat();
  for (const [index, field] of fields.entries()) {
    const text = values[Math.min(index, values.length - 1)];
    if (typeof text !== "string" && typeof text !== "number") refuse(field, value, "text");
    if (values.length > fields.length) refuse(field, value, `${fields.length} values`);
    tab.controls.setValue(field, String(text));
  }
}

function tick(tab: Tab, boxes: readonly Element[], value: FieldValue): void {
  const [first] = boxes;
  if (first === undefined) return;
  const names = boxes.map((box) => tab.controls.valueOf(box));
  const wanted = typeof value === "boolean" ? (value ? names.slice(0, 1) : []) : [value].flat().map(String);
  const unknown = wanted.find((one) => !names.includes(one));
  if (unknown !== undefined) refuse(first, value, `true, false, or ${names.join(", ")}`);
  for (const [index, box] of boxes.entries())
    tab.controls.setChecked(box, wanted.includes(names[index] ?? ""), tab.document);
}

function choose(tab: Tab, control: Element, value: FieldValue): void {
  const files = [value].flat();
  const isFile = (file: unknown): file is TestFile => typeof file === "object" && file !== null && "bytes" in file;
  if (!files.every(isFile)) {
    refuse(control, value, "a file: { name, type, bytes }");
    return;
  }
  if (files.length > 1 && attributeOf(control, "multiple") === undefined) {
    refuse(control, value, "one file");
    return;
  }
  tab.controls.setFiles(control, files);
}

function select(tab: Tab, control: Element, value: FieldValue): void {
  const known = optionsOf(control)
    .filter((option) => !isDisabled(option))
    .map(optionValue);
  const wanted = [value].flat().map(String);
  const isOne = attributeOf(control, "multiple") === undefined;
  if (wanted.some((one) => !known.includes(one)) || (isOne && wanted.length !== 1))
    refuse(control, value, known.join(", "));
  tab.controls.choose(control, wanted);
}

function refuse(control: Element, value: FieldValue, takes: string): never {
  throw new CodedError("TESTING_BAD_FIELD", `${describeElement(control)} takes ${takes}, not ${JSON.stringify(value)}`);
}

/** The control a label is for. */
export function controlOf(tab: Tab, label: Element): Element | undefined {
  const id = attributeOf(label, "for");
  const within = id === undefined ? label : tab.document;
  return [...elementsIn(within)].find(
    (element) => isListed(element) && (id === undefined || attributeOf(element, "id") === id),
  );
}

/** The button that Enter in a field presses. */
export function defaultButton(tab: Tab, form: Element): Element | undefined {
  const isSubmit = (element: Element): boolean => {
    const type = attributeOf(element, "type")?.toLowerCase();
    return element.tagName === "button"
      ? type === undefined || type === "submit"
      : element.tagName === "input" && (type === "submit" || type === "image");
  };
  return [...elementsIn(tab.document)].find((element) => isSubmit(element) && formOf(element, tab.document) === form);
}

function toggle(summary: Element): void {
  const details = closest(summary, ({ tagName }) => tagName === "details");
  if (details === undefined) return;
  const at = details.attrs.findIndex(({ name }) => name === "open");
  if (at < 0) details.attrs.push({ name: "open", value: "" });
  else details.attrs.splice(at, 1);
}

function nothingBound(element: Element, event: EventName): never {
  throw new CodedError(
    "TESTING_NOT_BOUND",
    `${describeElement(element)} has no handler for "${event}", and does nothing by itself`,
  );
}
