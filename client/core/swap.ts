import { fail, idOf, tell } from "./dom.ts";
import type { SwapFunction, SwapPart, TrustingPolicy } from "./extension-types.ts";
import { isStopped } from "./extensions.ts";
import { byId, keepFocus, there } from "./focus.ts";
import { changeAddress, isLate } from "./history.ts";
import { WHOLE_PAGE } from "./markup.ts";
import {
  childrenOf,
  contains,
  getAttribute,
  is,
  isConnected,
  own,
  remove,
  removeAttribute,
  replaceWith,
  setAttribute,
  within,
} from "./members.ts";
import { words } from "./selectors.ts";
import { doc, settings } from "./settings.ts";
import type { Marked, RequestContext } from "./types.ts";
import { milliseconds, vocabulary } from "./vocabulary.ts";

interface Trusting {
  trustedTypes?: { createPolicy(name: string, rules: TrustingPolicy): TrustingPolicy };
}

/**
 * What a template reads otherwise than a body: parts of tables, which may stand alone there, and shadow roots in templates. All else is read by a body, several
 * times as fast in some browsers (bench: "client, inner").
 */
const NEEDS_TEMPLATE = /<(t[bdefhr]|c[ao])/i;

/**
 * Puts a reply into the page.
 * 1. Parse, and take out the parts that go elsewhere.
 * 2. Main goes first, and the address with it, unless a newer request has already replaced the target.
 * 3. Then each part, under the same rule. A reply of parts only has nothing to say about the target.
 * (Cast: what is swapped without a text was read.)
 */
export const swap = async (ctx: RequestContext, text: string = ctx.text as string): Promise<void> => {
  // Inside an unknown element the parser drops table rows; inside a template it keeps them.
  const html = text.replace(/<(\/?)bus-partial\b/gi, "<$1template bus-partial");
  // Made when it is needed, by whichever script needs it first: client/live has the same rules. cast: the types of this TypeScript do not know it
  const policy = (settings.policy ??= (globalThis as Trusting).trustedTypes?.createPolicy("busbar", {
    createHTML: (made) => made,
    createScriptURL: (made) => made,
  }));
  const markup = policy?.createHTML(html) ?? html;
  const template = doc.createElement("template");
  const content = template.content;
  let page = doc;
  let body: HTMLElement = template;
  // The newer ways know declarative shadow roots, but not every browser knows these ways.
  if (WHOLE_PAGE.test(text)) {
    page = Document.parseHTMLUnsafe?.(markup) ?? new DOMParser().parseFromString(markup, "text/html");
    body = page.body;
    // Next: a body of a document that loads and runs nothing
  } else if (!NEEDS_TEMPLATE.test(html)) (body = content.ownerDocument.createElement("body")).innerHTML = markup;
  else if (template.setHTMLUnsafe as unknown) template.setHTMLUnsafe(markup);
  else template.innerHTML = markup;
  while (body.firstChild) content.append(body.firstChild); // of a template: none
  const others = extract(content);
  const isSilent = others[0] && !content.children[0] && !/\S/.test(content.textContent as string);
  const main: SwapPart = { target: ctx.target, swap: isSilent ? "none" : ctx.swap, content };
  const parts = [main, ...others];
  if (await isStopped("swap", ctx, { document: page, parts })) return;
  if (ctx.select) content.replaceChildren(...within(content, ctx.select));

  const { delay, swap: wait = delay, "focus-scroll": scrolls } = words(main.swap)[1];
  if (wait) await new Promise((go) => setTimeout(go, milliseconds(wait)));
  const refocus = keepFocus();
  parts.map((part) => {
    const target = part.target;
    const content = part.content;
    // casts: only strings have an `at`
    const found: (Element | null | undefined)[] = ((target as string | undefined)?.at as unknown)
      ? within(doc, target as string)
      : [(target as Element) || byId(part.id)];
    // Each place gets a copy, the last one the content itself. None at all is an error.
    found[0] ??= undefined;
    return found.map((wanted, i) =>
      // cast: a clone is what it was
      put(
        ctx,
        part.swap,
        wanted,
        found[i + 1] ? (content.cloneNode(true) as DocumentFragment) : content,
        part === main && page,
      ),
    );
  });
  refocus(scrolls);
  await 0; // the observer activates what is new
  tell("after:swap", ctx);
};

/** Takes out the parts: at the top level, or there in a template (a row cannot stand alone everywhere), which goes with them. */
const extract = (content: DocumentFragment): SwapPart[] =>
  [...content.children].flatMap((el) => {
    const isPartial = is(el, "template[bus-partial]");
    const read = (name: string): string | null => getAttribute(el, `bus-${name}`);
    const oob = read("swap-oob");
    if (!isPartial && oob == null) {
      // Of a form, `content` may be a field of this name.
      const parts = is(el, "template") ? extract((el as HTMLTemplateElement).content) : [];
      if (parts[0]) remove(el);
      return parts;
    }
    // `true` (and what modifies it), `style:selector`, or a style and what modifies it. casts: what is no partial has this attribute
    const [, word = oob as string, target] = isPartial
      ? [0, read("swap") || "innerHTML", read("target")]
      : ((oob as string).split(/^(\w*):/) as [unknown, string?, string?]);
    const swap = word.replace(/^(true\b|$)/, "outerHTML");
    const own = isPartial ? (el as HTMLTemplateElement).content : new DocumentFragment();
    remove(el);
    removeAttribute(el, "bus-swap-oob");
    if (!isPartial) own.append(...(/^o/.test(swap) ? [el] : childrenOf(el))); // other styles take what is in it
    return { target, id: idOf(el), swap, content: own };
  });

/** Puts content into, beside or in the place of a target, if there is one and no newer reply is there. `page` comes with the main part. */
const put = (
  ctx: RequestContext,
  swap: string,
  wanted: Marked | null | undefined,
  content: DocumentFragment,
  page: Document | false,
): unknown => {
  const [style] = words(swap);
  const place = there(wanted);
  const replaces = /^[iodt]/.test(style); // innerHTML, outerHTML, textContent (of plus), delete: only these can be stale
  // What has left with its page is not looked for in the next one. cast: undefined is not greater
  if ((place !== wanted && isLate(ctx)) || (replaces && ((place ?? wanted)?._order as number) > ctx.order)) return;
  if (place) {
    if (page) {
      changeAddress(ctx);
      // Of a piece not: writing what is there makes records, too. Nor of what comes late, to something that a newer page has kept.
      if (page !== doc && page.title && !isLate(ctx)) doc.title = page.title;
    }
    // As where scripts run: the pictures and styles in it would be taken for the page's.
    // biome-ignore lint/suspicious/useIterableCallbackReturn: every byte is counted here
    within(content, "noscript").forEach((el) => (el.textContent = el.innerHTML));
    // The parser has marked them as run. Copies are not, so they run when they enter the page: once, in order.
    if (settings.scripts !== false)
      within<HTMLScriptElement>(content, "script").forEach((script) => {
        const copy = doc.createElement("script");
        copy.async = false;
        [...script.attributes].map((one) => setAttribute(copy, one.name, one.value));
        copy.text = script.text;
        replaceWith(script, copy);
      });
    const way = place === doc.body ? style.replace("outer", "inner") : style;
    // casts: any word may stand there. before, after, append and prepend are methods; what is none of them throws, which is reported
    const how = (vocabulary[way as "none"] ?? (/^[abp]/.test(way) && way)) as SwapFunction | "append";
    // casts: only functions have a call
    if ((how as SwapFunction).call as unknown) (how as SwapFunction)(place, content, ctx);
    else {
      // Only here it is certain that the reply is shown, and now.
      within(content, "[bus-preserve]").forEach((el) => {
        if (contains(there(el), place) === false) replaceWith(el, there(el) as Node); // cast: nothing contains as little
      });
      own(place, how as string, content);
    }
    if (replaces) (wanted as Marked)._order = (there(wanted) ?? place)._order = ctx.order; // cast: it led to the place
    if (page && ctx.scroll != null) scrollTo(0, ctx.scroll);
  } else if (!wanted || isConnected(ctx.source)) fail("target", ctx); // where what asked has left as well, nobody waits
};
