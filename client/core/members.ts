import { doc, isPage } from "./settings.ts";

// In a form, `form.name` is the field of that name, whatever else forms have under it. So what elements can do and are is taken from the prototype
// of forms, once, and called with the element: right whatever a field is called, and faster than behind a dot (bench: "client, start-up"; looked up
// each time, out of band takes a third longer). Left behind a dot, for want of bytes: `classList` and `localName`.

/** A property by itself, a method with what it is given. Of nothing, and of what is no element, it is as little. */
type Member<Given extends unknown[], Value> = <Of extends EventTarget | null | undefined>(
  el: Of,
  ...given: Given
) => Value | (Of extends Element ? never : undefined);

type Asked = (this: unknown, ...given: unknown[]) => unknown;

/** What methods are taken from, and accessors. */
type Known = Record<string, Asked> & { __lookupGetter__: (name: string) => Asked | undefined };

// cast: all that is read of it is one of these
const known = (isPage ? doc.createElement("form") : {}) as unknown as Known;

// One list for all, which is shorter
const [a, b, c, d, e, f, g, h, i, j, k, l, m] = [
  "getAttribute",
  "setAttribute",
  "removeAttribute",
  "matches",
  "closest",
  "replaceWith",
  "contains",
  "dispatchEvent",
  "parentElement",
  "childNodes",
  "elements",
  "isConnected",
  "remove",
]
  // casts: all of them are there; what is called like this takes and returns what is said below
  .map((name) => (known.__lookupGetter__(name) ?? known[name]) as Asked)
  .map(
    (asked) => (el: Partial<Element> | null, given: unknown, more: unknown) =>
      el?.closest && asked.call(el, given, more),
  ) as unknown as [never, never, never, never, never, never, never, never, never, never, never, never, never];

export const getAttribute: Member<[name: string], string | null> = a;
export const setAttribute: Member<[name: string, value: string], void> = b;
export const removeAttribute: Member<[name: string], void> = c;
/** Whether a selector matches. */
export const is: Member<[css: string], boolean> = d;
export const closest: Member<[css: string], Element | null> = e;
export const replaceWith: Member<[other: Node], void> = f;
export const contains: Member<[other: Node], boolean> = g;
export const dispatch: Member<[event: Event], boolean> = h;
export const parentOf: Member<[], Element | null> = i;
export const childrenOf: Member<[], NodeListOf<ChildNode>> = j;
/** Of forms only. */
export const fieldsOf: Member<[], HTMLFormControlsCollection> = k;
export const isConnected: Member<[], boolean> = l;
/** Takes it out of the page. */
export const remove: Member<[], void> = m;

/** What other things than elements have as well, each its own. */
// biome-ignore-start lint/suspicious/noProto: every byte is counted here
export const own = (el: object, name: string, ...given: unknown[]): unknown =>
  // casts: one that is missing throws. The window has its own in some environments
  ((el as { __proto__: Record<string, Asked> }).__proto__[name] ?? ((el as Record<string, Asked>)[name] as Asked)).call(
    el,
    ...given,
  );
// biome-ignore-end lint/suspicious/noProto: as above

/** What a selector finds in a part of the page. */
export const within = <Found extends Element>(el: ParentNode, css: string): Found[] => [
  ...(own(el, "querySelectorAll", css) as Found[]), // cast: who asks knows what the selector says
];
