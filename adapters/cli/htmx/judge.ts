import { judgeAttribute } from "./attributes.ts";
import { judgeEvent } from "./events.ts";
import { judgeHeader } from "./headers.ts";
import { judgeCall, judgeClass, judgeScript, judgeSetting } from "./scripting.ts";
import { GONE, say } from "./tables.ts";
import type { Remark, Use, Version } from "./types.ts";

/** What there is to say about one use of htmx; nothing about what carries over as it is. */
export function judge(use: Use, from: Version): readonly Remark[] {
  switch (use.kind) {
    case "attribute":
      return judgeAttribute({ name: use.name.toLowerCase(), value: use.value ?? "", tag: use.tag, from });
    case "element":
      return judgeElement(use.name);
    case "event":
      return judgeEvent(use.name, from);
    case "header":
      return judgeHeader(use.name, use.reads, from);
    case "call":
      return judgeCall(use.name);
    case "setting":
      return judgeSetting(use.name);
    case "script":
      return judgeScript(use.name);
    case "class":
      return judgeClass(use.name);
  }
}

function judgeElement(name: string): Remark[] {
  if (name === "hx-partial") return [];
  const [why, instead] = GONE.get(name) ?? ["no such element is known", "<hx-partial>"];
  return [say("change", "element", `<${name}>: ${why}`, instead)];
}

/** What a use is called in lists and counts. */
export function nameOf(use: Use): string {
  if (use.kind === "setting") return use.name === "" ? "htmx-config" : `htmx.config.${use.name}`;
  if (use.kind === "call") return `htmx.${use.name}`;
  if (use.kind === "element") return `<${use.name}>`;
  return use.kind === "script" ? "script" : use.name;
}
