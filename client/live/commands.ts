import { doc } from "./slots.ts";
import type { More } from "./types.ts";

/** Does what handlers ask of the page by `ctx.command("bus:…")`. */
export const obeyCommands: More = (live) => {
  live._command = (name, [first, second, third]) => {
    const text = first as string; // cast: so it is in all of them
    const find = (): HTMLElement | null => live._root.querySelector(text) ?? doc.querySelector(text);
    if (name === "bus:title") doc.title = text;
    else if (name === "bus:focus") find()?.focus();
    else if (name === "bus:scroll") find()?.scrollIntoView();
    else if (name === "bus:navigate") {
      live._need("nav").then(() => live._go?.(text, !!second, third as string | undefined)); // cast: the server writes it so
    } else if (name === "bus:download") {
      const link = doc.createElement("a");
      link.href = text;
      link.download = "";
      if (/^http/.test(link.protocol)) link.click();
    }
  };
};
