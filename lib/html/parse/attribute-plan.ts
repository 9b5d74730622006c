import type { ErrorCode } from "../../errors/index.ts";
import { attributeContext, failAt, keyAttribute, type Site } from "../contexts.ts";
import { endsInCssValue } from "../encode/css.ts";
import { judgeRefreshPrefix } from "../encode/refresh.ts";
import { judgeResourcePrefix } from "../encode/resource-url.ts";
import { CHECKED_EACH_TIME, DANGEROUS, judgePrefix, SETTLED } from "../encode/url.ts";
import { ATTRIBUTE, DOCUMENT, makeOperation, type Operation, SPREAD } from "../program/operation.ts";
import { areExpressions } from "./code-scan.ts";
import type { decodeReferences } from "./entities.ts";
import type { AttributeToken } from "./token-sink.ts";

/** An operation or slot while its template is read. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the statics tell of the attribute that decides what others of its tag mean. */
export interface Key {
  readonly name: string | undefined;
  /** Its value, where that is certain. */
  text: string | undefined;
  beside: Operation | undefined;
  times: number;
  spreads: number;
}

/** Nothing is known at the start of a tag. */
export function makeKey(tag: string): Key {
  return { name: keyAttribute(tag), text: undefined, beside: undefined, times: 0, spreads: 0 };
}

/** The parser takes the first that is there, so no other counts, and none behind a spread, which may hold it. */
export function noteKey(key: Key, text: string, operation: Operation | undefined): void {
  key.times++;
  if (key.times > 1 || key.spreads > 0) return;
  if (operation === undefined) key.text = text;
  else if (operation.whole) key.beside = operation; // when its hole drops it, nothing is known
}

/** The operation that prints an attribute with holes. Its context follows at the end of the start tag. */
export function makeAttribute(
  tag: string,
  token: AttributeToken,
  lower: string,
  decoded: readonly ReturnType<typeof decodeReferences>[],
): Mutable<Operation> {
  return makeOperation({
    ...{ kind: lower === "srcdoc" ? DOCUMENT : ATTRIBUTE, context: "attribute", hole: token.first, tag, lower },
    ...{ count: token.parts.length - 1, name: token.name, open: `${token.name}=${token.quote}`, quote: token.quote },
    ...{ parts: token.parts, raw: decoded.map((part) => part.text), exact: decoded.every((part) => part.exact) },
    whole: token.parts.length === 2 && token.parts[0] === "" && token.parts[1] === "",
  });
}

/** Decides at the end of the start tag, when all its attributes are known, what each one with holes means. */
export function settleAttributes(operations: readonly Mutable<Operation>[], key: Key, site: Site): void {
  for (const operation of operations) {
    operation.key = key.text;
    if (operation.kind === SPREAD) {
      operation.ownKey = key.times === 0 && key.spreads === 1;
      continue;
    }
    operation.context = attributeContext(operation.tag, operation.lower, key.text);
    if (operation !== key.beside) operation.beside = key.beside;
    checkAttribute(operation, site);
  }
}

/** Refuses the attributes in which no value is safe, and notes what the statics of the others already settle. */
function checkAttribute(operation: Mutable<Operation>, site: Site): void {
  const { lower, tag, hole, raw, whole, context } = operation;
  const refuse = (code: ErrorCode): Error => failAt(code, `a hole in ${lower} of <${tag}>`, site, hole);
  if (context === "srcdoc" && !whole) throw refuse("HTML_SRCDOC_HOLE");
  if (tag === "meta" && lower === "http-equiv") throw refuse("HTML_REFRESH_HOLE");
  const verdict = judgeStart(operation);
  if (verdict === DANGEROUS) throw refuse("HTML_URL_HOLE");
  operation.settled = verdict === SETTLED;
  if (context === "style" && !whole) operation.inValue = stylePositions(raw, refuse);
  if (context === "handler" || context === "code") {
    if (!areExpressions(raw, lower)) throw refuse(context === "handler" ? "HTML_HANDLER_HOLE" : "HTML_CODE_HOLE");
  }
}

function judgeStart({ context, raw, beside }: Operation): number {
  const start = raw[0] ?? "";
  switch (context) {
    case "url":
      return judgePrefix(start);
    case "resource-url": {
      const verdict = judgeResourcePrefix(start);
      // What is no resource URL after all may start with any scheme that runs no code.
      return verdict === DANGEROUS && beside !== undefined && judgePrefix(start) !== DANGEROUS
        ? CHECKED_EACH_TIME
        : verdict;
    }
    case "refresh":
      return judgeRefreshPrefix(start) === DANGEROUS ? DANGEROUS : CHECKED_EACH_TIME;
    case "url-list":
    case "srcset":
      return CHECKED_EACH_TIME;
    default:
      return SETTLED;
  }
}

function stylePositions(raw: readonly string[], refuse: (code: ErrorCode) => Error): boolean[] {
  // The second of two may be absent: the first would name the function, unseen.
  if (raw.some((part, i) => part === "" && i > 0 && raw[i + 1]?.startsWith("("))) throw refuse("HTML_STYLE_HOLE");
  let before = "";
  return raw.slice(0, -1).map((part) => {
    before += part;
    const isBlank = /^\s*$/.test(before.slice(before.lastIndexOf(";") + 1));
    if (!isBlank && !endsInCssValue(before)) throw refuse("HTML_STYLE_HOLE");
    if (isBlank) return false;
    before += "0";
    return true;
  });
}
