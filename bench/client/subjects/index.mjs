// Every subject by the name that the area gives it; without Node, for the page reads this too.
import { subject as alpineAjax } from "./alpine-ajax.mjs";
import { subject as busbar } from "./busbar.mjs";
import { subject as datastar } from "./datastar.mjs";
import { subjects as direct } from "./direct.mjs";
import { subject as fixi } from "./fixi.mjs";
import { subject as htmx2 } from "./htmx2.mjs";
import { subject as htmx4 } from "./htmx4.mjs";
import { subject as turbo } from "./turbo.mjs";

/** How each subject is used: see the fields in `page/harness.mjs`. */
export const USES = {
  busbar,
  "htmx 2": htmx2,
  "htmx 4": htmx4,
  Turbo: turbo,
  Datastar: datastar,
  "alpine-ajax": alpineAjax,
  fixi,
  ...rename(direct),
};

function rename({ raw, ...morphers }) {
  return { "DOMParser + replaceChildren": raw, ...morphers };
}

/** Whether a subject can do what a case asks for. */
export function takes(name, one) {
  const { control, puts } = USES[name];
  return one.style in (puts ?? control);
}

/** Whether a subject listens to clicks, and is not just called. */
export function isClient(name) {
  return USES[name].control !== undefined;
}
