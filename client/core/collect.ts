import { jsonOf } from "./dom.ts";
import { closest, fieldsOf, is, within } from "./members.ts";
import { named } from "./selectors.ts";

// Expressions name as many letters of a type or method as tell it from all others.

/** Whether the reader chooses its value: input, select and textarea are what can be required, and some inputs are buttons. */
export const isField = (el: Element): el is HTMLInputElement =>
  "required" in el && !/tt|ub|ag|es/.test((el as HTMLInputElement).type); // cast: it has a type

/** Selects what is not sent whatever it says, and what has no focus to lose: one text for both, which is shorter. */
export const SILENT = "body,form,:disabled";

/** Whether the values travel in the address: with GET and DELETE. */
export const usesQuery = (method: string): boolean => /ET/.test(method);

/** The form an element belongs to: itself, by its `form` attribute, or the one around it. */
export const formOf = (el: Element): HTMLFormElement | null =>
  // casts: undefined on what is not a control; that is what it finds. Of a form it may be a field of this name.
  is(el, "form")
    ? (el as HTMLFormElement)
    : ((el as HTMLInputElement).form ?? (closest(el, "form") as HTMLFormElement | null));

/** The form that a click on the element submits. */
export const submittedBy = (el: Element): HTMLFormElement | null | undefined =>
  // cast: undefined on what is not a control
  /ub|ag/.test((el as HTMLButtonElement).type) ? (el as HTMLButtonElement).form : undefined;

/**
 * Gathers what an element sends: a form's values, or a control's own; for methods with a body also those of the form
 * around it; then `bus-include`, then `bus-vals` over all of them.
 */
export const collect = (source: Element, method: string, submitter: Element): FormData => {
  const form = ((is(source, "form") || !usesQuery(method)) && formOf(source)) || undefined;
  // Another form may have been submitted: its button is none of this one's. cast: only a button submits
  const data = new FormData(form, submittedBy(submitter) === form ? (submitter as HTMLElement) : undefined);
  const included = (el: Element): Element[] =>
    // The fields of a form may stand elsewhere
    [...(is(el, "form") ? fieldsOf(el) : [el, ...within(el, "*")])].filter(isField);
  // cast: what is missing on this kind of control is undefined
  const controls = [source, ...named(source, "include").flatMap(included)] as (HTMLInputElement & HTMLSelectElement)[];
  new Set(controls).forEach((control) => {
    const { name, value } = control;
    // A button that asks sends its own value as well.
    const isSent = name && value != null && !is(control, SILENT) && !(form && control.form === form);
    if (!isSent || (/bo|di/.test(control.type) && !control.checked)) return;
    // An option may be disabled as well, alone or with its group. casts: a file has no value, and matches nothing
    [...(control.files ?? control.selectedOptions ?? [control])].map(
      (item) => is(item as HTMLOptionElement, SILENT) || data.append(name, (item as HTMLOptionElement).value ?? item),
    );
  });
  const values = jsonOf(source, "vals");
  for (const name in values) {
    data.delete(name);
    [values[name]].flat().map((value) => data.append(name, value as string)); // cast: it becomes one;
  }
  return data;
};

/** The values as they stand in an address or a URL-encoded body: of a file its name, as browsers do. */
export const encode = (data: FormData, into: URLSearchParams): URLSearchParams => {
  // cast: a string has no name
  // biome-ignore lint/suspicious/useIterableCallbackReturn: every byte is counted here
  data.forEach((value, name) => into.append(name, (value as File).name ?? value));
  return into;
};
