/**
 * The swap styles `innerMorph` and `outerMorph`: new content is compared with what is there, and what is the same stays, with its focus,
 * typed text, scroll position, listeners and frames. As a classic script or a module it adds itself to the client, whichever comes first;
 * on a server, importing it does nothing.
 * @packageDocumentation
 */
import { extend } from "../core/extend.ts";
import { morph } from "./morph.ts";

extend({
  init({ vocabulary }) {
    vocabulary["innerMorph"] = (target: Element, content: DocumentFragment) => morph(target, content);
    vocabulary["outerMorph"] = morph; // its third argument is there
  },
});

export { morph } from "./morph.ts";
