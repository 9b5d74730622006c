import { parseFragment } from "parse5";
import { CodedError } from "../../lib/errors/index.ts";
import { STREAM } from "./fill.ts";
import { describeElement, type Element, isElement, isText, type Node, type Parent, plainCopy } from "./nodes.ts";

/**
 * Compares a page with what the server would render.
 * @throws CodedError `TESTING_PARTED` at the first difference, with both sides.
 */
export function compareWithServer(root: Element, markup: string): void {
  const server = plainCopy(parseFragment(markup));
  if (STREAM in root) return;
  const difference = compare(plainCopy(root), server, []);
  if (difference === undefined) return;
  const { path, here, there } = difference;
  throw new CodedError(
    "TESTING_PARTED",
    `the page is not what the server renders, at ${path.join(" > ") || "its top"}:\n  page:   ${here}\n  server: ${there}`,
  );
}

interface Difference {
  readonly path: readonly string[];
  readonly here: string;
  readonly there: string;
}

function compare(page: Parent, server: Parent, path: readonly string[]): Difference | undefined {
  const length = Math.max(page.childNodes.length, server.childNodes.length);
  for (let at = 0; at < length; at++) {
    const [here, there] = [page.childNodes[at], server.childNodes[at]];
    if (here === undefined || there === undefined || !isSame(here, there))
      return { path, here: say(here), there: say(there) };
    if (!isElement(here) || !isElement(there)) continue;
    if (STREAM in here) continue; // its rows are the page's alone
    const found = compare(here, there, [
      ...path,
      `${here.tagName}:nth-child(${page.childNodes.filter(isElement).indexOf(here) + 1})`,
    ]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSame(here: Node, there: Node): boolean {
  if (isText(here) && isText(there)) return here.value === there.value;
  if (!isElement(here) || !isElement(there)) return here.nodeName === there.nodeName;
  return here.tagName === there.tagName && attributesOf(here) === attributesOf(there);
}

/** In one order: the same attributes may have come one after the other. */
function attributesOf(element: Element): string {
  return JSON.stringify(element.attrs.map(({ prefix = "", name, value }) => [prefix, name, value]).sort());
}

function say(node: Node | undefined): string {
  if (node === undefined) return "nothing";
  if (isText(node)) return JSON.stringify(node.value);
  if (!isElement(node)) return node.nodeName;
  const attributes = node.attrs
    .map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`)
    .sort()
    .join("");
  return `<${node.tagName}${attributes}> ${describeElement(node).replace(/^<[^>]*>/, "")}`.trim();
}
