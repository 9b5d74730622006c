import type { More } from "./types.ts";

/** Attributes of SVG and MathML get the namespace that parsers give them: `xlink:href` without it refers to nothing. */
export const nameSpaces: More = ({ _page: page }) => {
  const set = page._set;
  page._set = (element, name, text) => {
    // What follows writes the same attribute again. cast: elements that were parsed have one
    if (text !== null && /^x(link:|ml:(lang|space)$)/.test(name) && /svg|Math/.test(element.namespaceURI as string))
      element.setAttributeNS(`http://www.w3.org/${/nk:/.test(name) ? "1999/xlink" : "XML/1998/namespace"}`, name, text);
    set?.(element, name, text);
  };
};
