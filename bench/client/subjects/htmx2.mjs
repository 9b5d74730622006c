// htmx 2, whose morphing is the extension of idiomorph. It asks by XMLHttpRequest.
import { subject as htmx4 } from "./htmx4.mjs";

export const subject = {
  ...htmx4,
  control: {
    ...htmx4.control,
    morph: `hx-ext="morph" hx-get="/list" hx-target="#list" hx-swap="morph:outerHTML"`,
  },
};
