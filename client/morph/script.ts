// What adds the swap styles to the client: the entry of the browser bundle, which exports nothing. Like `extend`, but smaller.
import type { Kit } from "../core/extension-types.ts";
import { isPage, settings } from "../core/settings.ts";
import { morph } from "./morph.ts";

const init = ({ vocabulary }: Kit): void => {
  vocabulary["innerMorph"] = (target: Element, content: DocumentFragment) => morph(target, content);
  vocabulary["outerMorph"] = morph; // its third argument is there
};

if (isPage) {
  if (settings.process)
    init(settings as Kit); // cast: it has started
  else (settings.extensions ??= []).push({ init });
}
