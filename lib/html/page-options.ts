import { kindOf } from "./brand.ts";
import type { Checks, Finding } from "./checks/index.ts";
import { createChecks, describeFinding } from "./checks/index.ts";
import { failAt } from "./contexts.ts";
import { makePage, type Page } from "./sink.ts";
import type { Html, HtmlValue, RenderOptions, Template } from "./types.ts";
import { type Policy, policyOf, STRICT, type UrlPolicy } from "./url-policy.ts";

/** A page as the options of a render ask for it. */
export function pageOf(node: HtmlValue, options: RenderOptions): Page {
  return makePage(nonceAttribute(options.nonce), knownPolicy(options.urls), checksFor(node, options.report));
}

function nonceAttribute(nonce: string | undefined): string {
  if (nonce === undefined) return "";
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(nonce)) throw failAt("HTML_BAD_NONCE", "the nonce is not base64", undefined);
  return ` nonce="${nonce}"`;
}

// A cache, not state: an entry goes with its key. Renders with the same options object share one policy, and so the entries of memo.
const policies = new WeakMap<UrlPolicy, Policy>();

/** The policy of an option, the same one for the same object. */
export function knownPolicy(urls: UrlPolicy | undefined): Policy {
  if (urls === undefined) return STRICT;
  const known = policies.get(urls) ?? policyOf(urls);
  policies.set(urls, known);
  return known;
}

interface Environment {
  readonly process?: { readonly env?: { readonly NODE_ENV?: string } };
}

// Read once: asking the environment costs more than a small render.
const IS_DEVELOPMENT: boolean = (globalThis as Environment).process?.env?.NODE_ENV !== "production"; // cast: absent in browsers

/** How many renders of a template are checked without being asked: what is wrong shows in the first ones, or in none. */
const CHECKED_RENDERS = 100;
const rendered = new WeakMap<Template, number>();

function checksFor(node: HtmlValue, report: RenderOptions["report"]): Checks | undefined {
  if (!IS_DEVELOPMENT || report === false) return undefined;
  if (report !== undefined) return createChecks(report);
  if (typeof node !== "object" || node === null || kindOf(node) === undefined || !("template" in node))
    return undefined;
  const { template } = node as Html; // cast: of our kinds, only Html has a template
  const count = rendered.get(template) ?? 0;
  if (count >= CHECKED_RENDERS) return undefined;
  rendered.set(template, count + 1);
  return createChecks(print);
}

function print(finding: Finding): void {
  console.warn(describeFinding(finding));
}
