import type { WireValue } from "../../lib/wire/index.ts";
import type { More, Submission } from "./types.ts";

/** What bound events carry, and what patches do to controls besides their attributes. Casts: what an element has not is undefined. */
export const readFields: More = (live, [ask]) => {
  live._read = (element, event, send) => {
    const { type, target } = event as Event & { target: HTMLInputElement };
    const isSubmit = type === "submit";
    const isClick = type === "click";
    const args: { [name: string]: WireValue } = { __proto__: null }; // visitors may name fields
    let binding = ask(element, "getAttribute", isClick ? "value" : isSubmit ? "action" : `bus-${type}`) as string; // cast: it was asked for
    if (isSubmit) binding = decodeURIComponent(/bus:submit=([^&]*)/.exec(binding)?.[1] as string); // cast: as above
    if ((element as HTMLFormElement).elements) {
      for (const [name, value] of (event as Submission)._data ?? new FormData(element as HTMLFormElement)) {
        if (typeof value !== "string" || /^bus:/.test(name)) continue;
        args[name] = name in args ? [args[name] as WireValue, value].flat() : value; // cast: it is there
      }
    } else if (!isClick) {
      args["value"] = target.value ?? null; // an element whose content is edited has none
      args["checked"] = target.checked ?? null;
      const { key } = event as KeyboardEvent;
      if (key) args["key"] = key;
    }
    send(binding, args, (_, code) => isSubmit && live._free?.(element, code));
  };
  // The properties that users change, except under the user's hands. Where one is the attribute by another name, the attribute has the last word.
  const { _page: page } = live;
  const set = page._set;
  page._set = (element, name, text) => {
    set?.(element, name, text);
    const control = element as HTMLInputElement & { selected: boolean };
    if (name === "checked" || name === "selected") control[name] = text !== null;
    else if (/^#text$|^value$/.test(name) && "value" in element && element !== document.activeElement)
      control.value = text ?? "";
  };
};
