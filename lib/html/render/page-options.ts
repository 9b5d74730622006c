import { isComponent, isHtml } from "../brand.ts";
import type { Checks, Finding } from "../checks/index.ts";
import { createChecks, describeFinding } from "../checks/index.ts";
import { failAt } from "../contexts.ts";
import { type Policy, policyOf, STRICT, type UrlPolicy } from "../encode/url-policy.ts";
import type { HtmlValue, RenderOptions } from "../types.ts";
import { makePage, type Page } from "./sink.ts";

/** A page as the options of a render ask for it. */
export function pageOf(node: HtmlValue, options: RenderOptions): Page {
  return makePage(nonceAttribute(options.nonce), knownPolicy(options.urls), checksFor(node, options.report));
}

function nonceAttribute(nonce: string | undefined): string {
  if (nonce === undefined) return "";
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(nonce)) throw failAt("HTML_BAD_NONCE", "the nonce is not base64", undefined);
  return ` nonce="${nonce}"`;
}

// A cache, not state: policies of equal options are one, so that renders share the entries of memo. Options come from the program, not
// from strangers; the bound is for those that make them up as they go.
const policies = new Map<string, Policy>();
const MAX_POLICIES = 100;

/** The policy of an option, the same one for equal options. */
export function knownPolicy(urls: UrlPolicy | undefined): Policy {
  if (urls === undefined) return STRICT;
  const key = JSON.stringify([urls.dataImages === true, urls.resourceOrigins ?? []]);
  const known = policies.get(key);
  if (known !== undefined) return known;
  const made = policyOf(urls);
  if (policies.size >= MAX_POLICIES) policies.clear();
  policies.set(key, made);
  return made;
}

interface Environment {
  readonly process?: { readonly env?: { readonly NODE_ENV?: string } };
}

// Read once: asking the environment costs more than a small render.
const IS_DEVELOPMENT: boolean = (globalThis as Environment).process?.env?.NODE_ENV !== "production"; // cast: absent in browsers

/** How many renders of one kind of page are checked without being asked: what is wrong shows in the first ones, or in none. */
const CHECKED_RENDERS = 100;
const rendered = new WeakMap<object, number>();
const ANY_PAGE = {};

function checksFor(node: HtmlValue, report: RenderOptions["report"]): Checks | undefined {
  if (!IS_DEVELOPMENT || report === false) return undefined;
  if (report !== undefined) return createChecks(report);
  const page = pageKey(node);
  const count = rendered.get(page) ?? 0;
  if (count >= CHECKED_RENDERS) return undefined;
  rendered.set(page, count + 1);
  return createChecks(print);
}

/** What pages of one kind have in common: their template, their component, or the context they are in. */
function pageKey(node: unknown): object {
  const first: unknown = Array.isArray(node) ? node[0] : node;
  if (typeof first !== "object" || first === null) return ANY_PAGE;
  if (isComponent(first)) return first.component;
  if (isHtml(first)) return first.template;
  return "key" in first && typeof first.key === "object" && first.key !== null ? first.key : ANY_PAGE;
}

function print(finding: Finding): void {
  console.warn(describeFinding(finding));
}
