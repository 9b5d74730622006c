/**
 * The swap styles `innerMorph` and `outerMorph`: new content is compared with what is there, and what is the same stays, with its focus,
 * typed text, scroll position, listeners and frames. As a classic script or a module it adds itself to the client, whichever comes first;
 * on a server, importing it does nothing.
 * @packageDocumentation
 */
import "./script.ts";

export { morph } from "./morph.ts";
