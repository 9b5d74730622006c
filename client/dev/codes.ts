/**
 * What the development build looks for: each finding's code, and what it is about. docs/client-dev.md has the same table, held equal by a
 * test. A code never changes its meaning.
 */
export const FINDINGS: Readonly<Record<FindingCode, string>> = {
  "attribute-unknown": "an attribute that nothing reads",
  "attribute-suffix": "a suffix that nothing reads, or on an attribute that is never inherited",
  "attribute-foreign": "hx-* in a page without htmx, or data-bus-*",
  "attribute-idle": "an attribute of requests on an element that asks nothing",
  "attribute-value": "a value that is read as something else than it looks like",
  "swap-unknown": "a swap style or modifier that does not exist",
  "trigger-unknown": "a trigger or modifier that does not exist",
  "json-invalid": "values or headers that are not a JSON object",
  "selector-invalid": "a selector that does not parse",
  "target-missing": "a selector that finds nothing",
  "url-refused": "an address of another origin, or not http(s)",
  "url-odd": "an address with undefined, null, NaN or [object Object] in it",
  "inheritance-missing": "an attribute without :inherited, around elements that ask",
  "inheritance-unused": ":inherited, and nobody inside who would use it",
  "id-duplicate": "an id that stands twice",
  "verb-twice": "two verbs on one element, of which one counts",
  "verb-ignored": "a verb inside of bus-ignore",
  "verb-nested": "a click that two elements answer",
  "form-no-action": "a form that posts with the script only",
  "form-method": "a form that would send its values in the address without the script",
  "form-encoding": "files of which only the names would be sent",
  "form-no-submit": "a form that no button and no key submits",
  "link-no-href": "a link that leads nowhere without the script, and that no key reaches",
  "click-no-keyboard": "an element that only a mouse can click",
  "preserve-no-id": "bus-preserve without the id it needs",
  "reply-page": "a whole page in the place of a part",
  "reply-vary": "a part that a cache may give out as the page",
  "reply-type": "a reply that is neither HTML nor text",
  "reply-status": "an error that is not shown",
  "reply-header": "a Bus-* header that does not exist, or whose value cannot be used",
  "reply-select": "bus-select that finds nothing in the reply",
  "reply-script": "a script in a reply while scripts are off",
  "part-target": "a part whose place is not in the page",
  "part-nested": "a part below the top level of a reply",
  "client-error": "anything else that bus:error told",
};

/**
 * What a finding is about.
 * @public
 */
export type FindingCode =
  | "attribute-unknown"
  | "attribute-suffix"
  | "attribute-foreign"
  | "attribute-idle"
  | "attribute-value"
  | "swap-unknown"
  | "trigger-unknown"
  | "json-invalid"
  | "selector-invalid"
  | "target-missing"
  | "url-refused"
  | "url-odd"
  | "inheritance-missing"
  | "inheritance-unused"
  | "id-duplicate"
  | "verb-twice"
  | "verb-ignored"
  | "verb-nested"
  | "form-no-action"
  | "form-method"
  | "form-encoding"
  | "form-no-submit"
  | "link-no-href"
  | "click-no-keyboard"
  | "preserve-no-id"
  | "reply-page"
  | "reply-vary"
  | "reply-type"
  | "reply-status"
  | "reply-header"
  | "reply-select"
  | "reply-script"
  | "part-target"
  | "part-nested"
  | "client-error";
