import { asks, controlsOf, triggersOf, verbOf } from "../elements.ts";
import type { ElementCheck, Scene } from "../types.ts";

/** Forms that ask on submit: what the browser would do with them without the script. */
export const forms: ElementCheck = (el, _attributes, scene) => {
  if (el.localName !== "form" || !asks(el) || !triggersOf(scene.kit, el).some(([name]) => name === "submit")) return;
  checkNative(el, scene);
  checkButtons(el, scene);
};

function checkNative(form: Element, { report }: Scene): void {
  if (verbOf(form) !== "post") return; // the other methods exist with the script only, so the server has another way anyhow
  const method = (form.getAttribute("method") ?? "get").toLowerCase();
  const url = form.getAttribute("bus-post");
  const buttons = controlsOf(form).filter((el) => el.matches(SUBMITS));
  const overrides = (name: string): boolean => buttons.length > 0 && buttons.every((el) => el.hasAttribute(name));
  if (!form.hasAttribute("action") && url !== "" && !overrides("formaction"))
    report("form-no-action", form, `without the script this form is sent to the page itself: add action="${url}"`);
  if (method !== "post" && method !== "dialog" && !overrides("formmethod"))
    report("form-method", form, `without the script its values stand in the address: add method="post"`);
}

const SUBMITS = "button:not([type=button],[type=reset]),input[type=submit],input[type=image]";
const TYPED =
  "input:not([type]),input[type=text],input[type=search],input[type=url],input[type=tel],input[type=email],input[type=password],input[type=date],input[type=month],input[type=week],input[type=time],input[type=number]";

/** Without a submit button Enter submits a form only while it has one field to type into. */
function checkButtons(form: Element, { report }: Scene): void {
  const controls = controlsOf(form);
  const plain = controls.filter((el) => el.matches("button[type=button],input[type=button]"));
  if (controls.some((el) => el.matches(SUBMITS)) || controls.filter((el) => el.matches(TYPED)).length === 1) return;
  if (plain.length > 0 && !plain.some(asks))
    report("form-no-submit", form, "none of its buttons submits it: one of type=button does nothing by itself");
}

/** Only a multipart body carries files. */
export const files: ElementCheck = (el, _attributes, { kit, report }) => {
  const verb = verbOf(el);
  if (!asks(el) || verb === "get" || verb === "delete") return;
  const form = el.localName === "form" ? el : el.closest("form");
  const controls = form ? controlsOf(form) : [el];
  if (!controls.some((control) => control.matches("input[type=file]"))) return;
  if (!/multi/.test(kit.attribute(el, "encoding") ?? form?.getAttribute("enctype") ?? ""))
    report("form-encoding", el, `only the names of its files are sent: add bus-encoding="multipart/form-data"`);
};
