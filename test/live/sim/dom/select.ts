import type { SimElement } from "./nodes.ts";

type Test = (element: SimElement) => boolean;
interface Part {
  readonly test: Test;
  /** How this part stands to the one before it. */
  readonly after: " " | ">" | "";
}

const compiled = new Map<string, readonly (readonly Part[])[]>();

/** Whether an element matches a selector: types, ids, classes, attributes, `:not`, `:disabled`, `:checked`, descendants and children. */
export function matches(element: SimElement, selector: string): boolean {
  let lists = compiled.get(selector);
  if (lists === undefined) {
    lists = splitAt(selector, ",").map(partsOf);
    compiled.set(selector, lists);
  }
  return lists.some((parts) => matchesParts(element, parts, parts.length - 1));
}

function matchesParts(element: SimElement, parts: readonly Part[], at: number): boolean {
  const part = parts[at];
  if (part === undefined) return true;
  if (!part.test(element)) return false;
  if (at === 0) return true;
  for (let above = element.parentElement; above !== null; above = above.parentElement) {
    if (matchesParts(above, parts, at - 1)) return true;
    if (part.after === ">") return false;
  }
  return false;
}

function partsOf(selector: string): readonly Part[] {
  const words = splitAt(selector.trim().replace(/\s*>\s*/g, " > "), " ").filter((word) => word !== "");
  const parts: Part[] = [];
  let after: Part["after"] = "";
  for (const word of words) {
    if (word === ">") after = ">";
    else {
      parts.push({ test: testOf(word), after });
      after = " ";
    }
  }
  return parts;
}

const SIMPLE =
  /^(?:([\w-]+|\*)|#([\w-]+)|\.([\w-]+)|\[([\w:-]+)(?:([*^$~|]?=)(?:"([^"]*)"|'([^']*)'|([^\]]*)))?\]|:([\w-]+)(?:\(((?:[^()]|\([^()]*\))*)\))?)/;

function testOf(compound: string): Test {
  const tests: Test[] = [];
  let rest = compound;
  while (rest !== "") {
    const found = SIMPLE.exec(rest);
    if (found === null) throw new Error(`SyntaxError: this DOM does not know the selector ${compound}`);
    const [whole, type, id, className, name, operator, quoted, single, bare, pseudo, inside = ""] = found;
    rest = rest.slice(whole.length);
    if (type !== undefined) tests.push((element) => type === "*" || element.localName === type.toLowerCase());
    else if (id !== undefined) tests.push((element) => element.id === id);
    else if (className !== undefined) tests.push((element) => element.classList.contains(className));
    else if (name !== undefined) tests.push(attributeTest(name, operator, quoted ?? single ?? bare ?? ""));
    else tests.push(pseudoTest(pseudo ?? "", inside));
  }
  return (element) => tests.every((test) => test(element));
}

function attributeTest(name: string, operator: string | undefined, wanted: string): Test {
  return (element) => {
    const value = element.getAttribute(name);
    if (value === null || operator === undefined) return value !== null;
    if (operator === "=") return value === wanted;
    if (operator === "*=") return wanted !== "" && value.includes(wanted);
    if (operator === "^=") return wanted !== "" && value.startsWith(wanted);
    if (operator === "$=") return wanted !== "" && value.endsWith(wanted);
    return value.split(/\s+/).includes(wanted);
  };
}

function pseudoTest(name: string, inside: string): Test {
  if (name === "not") return (element) => !matches(element, inside);
  if (name === "is" || name === "where") return (element) => matches(element, inside);
  if (name === "disabled") return (element) => element.hasAttribute("disabled");
  if (name === "enabled") return (element) => !element.hasAttribute("disabled");
  if (name === "checked") return (element) => (element as { checked?: boolean }).checked === true;
  if (name === "focus")
    return (element) => (element.getRootNode() as { activeElement?: SimElement }).activeElement === element; // cast: a document has one
  if (name === "focus-within")
    return (element) =>
      element.contains((element.getRootNode() as { activeElement?: SimElement }).activeElement ?? null);
  if (name === "popover-open" || name === "active") return () => false; // there are none, and nothing is pressed
  if (name === "first-child") return (element) => element.previousElementSibling === null;
  throw new Error(`SyntaxError: this DOM does not know :${name}`);
}

/** Splits where no bracket or quote is open. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const letter of text) {
    if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "(" || letter === "[") depth++;
    else if (letter === ")" || letter === "]") depth--;
    if (letter === separator && depth === 0 && quote === "") {
      parts.push(part);
      part = "";
    } else part += letter;
  }
  return [...parts, part];
}
