import type { Slot, Template } from "../html/index.ts";
import { liveMarkup } from "../html/index.ts";
import { type TemplateSource, templatesHash } from "../wire/index.ts";

/**
 * The templates one client knows, numbered from 0 in the order it met them. Numbers are never reused.
 * @public
 */
export interface Templates {
  /** The template's number; a new one when the client does not know it. @throws CodedError `HTML_*` when a live view cannot use the template. */
  number(template: Template): number;
  /** How many there are. */
  readonly size: number;
  /** What a client needs to know of those from `first` on. */
  sources(first?: number): readonly TemplateSource[];
  /** Tells two sets apart; equal on both sides of a socket. */
  hash(): number;
}

/**
 * Makes the list of templates of one client, empty.
 * @public
 */
export function createTemplates(): Templates {
  return new KnownTemplates();
}

/** A class: a literal with a getter would make all its calls slow. */
class KnownTemplates implements Templates {
  private readonly numbers: Map<string, number> = new Map();
  private readonly known: TemplateSource[] = [];

  get size(): number {
    return this.known.length;
  }

  number(template: Template): number {
    let number = this.numbers.get(template.hash);
    if (number === undefined) {
      number = this.known.push(sourceOf(template)) - 1;
      this.numbers.set(template.hash, number);
    }
    return number;
  }

  sources(first = 0): readonly TemplateSource[] {
    return this.known.slice(first);
  }

  hash(): number {
    return templatesHash(this.known.map((source) => source[0]));
  }
}

// A cache, not state: an entry is a pure function of its key, and goes with it.
const sources = new WeakMap<Template, TemplateSource>();

function sourceOf(template: Template): TemplateSource {
  let source = sources.get(template);
  if (source === undefined) {
    source = [template.hash, liveMarkup(template), ...template.slots.map(slotName)];
    sources.set(template, source);
  }
  return source;
}

function slotName(slot: Slot): string {
  if (slot.kind === "text") return "#text";
  return slot.kind === "attribute" ? slot.name : "";
}
