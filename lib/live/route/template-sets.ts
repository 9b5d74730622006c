import { hashText, type TemplateSource } from "../../wire/index.ts";

/** A template as a MOUNT names it: its source, or the number the client knows it by. */
export type NamedTemplate = TemplateSource | number;

/** Sets kept at once: pages of one route have few, which change with what their visitors do. */
const MAX_SETS = 64;

/** Which templates pages were given, by the hash that a HELLO says: so that a MOUNT leaves out what its client has. */
export class TemplateSets {
  private readonly sets: Map<number, readonly TemplateSource[]> = new Map(); // the one asked for longest ago is first

  /** Remembers a set that a page has. */
  note(hash: number, sources: readonly TemplateSource[]): void {
    this.sets.delete(hash);
    this.sets.set(hash, [...sources]);
    for (const oldest of this.sets.keys()) {
      if (this.sets.size <= MAX_SETS) break;
      this.sets.delete(oldest);
    }
  }

  /** The set of a hash, if it is remembered. */
  find(hash: number): readonly TemplateSource[] | undefined {
    const found = this.sets.get(hash);
    if (found !== undefined) this.note(hash, found);
    return found;
  }

  /** These templates for a client whose own have this hash. */
  name(sources: readonly TemplateSource[], known: number): readonly NamedTemplate[] {
    const had = headOf(sources, known);
    if (had > 0) return sources.map((source, number) => (number < had ? number : source));
    const numbers = new Map(this.find(known)?.map(([hash], number) => [hash, number] as const));
    return sources.map((source) => numbers.get(source[0]) ?? source);
  }
}

/** How many of the first templates have this hash. A page in use only adds templates, so it mostly knows a head of what its session has. */
function headOf(sources: readonly TemplateSource[], known: number): number {
  let before: number | undefined;
  for (const [number, [hash]] of sources.entries()) {
    before = hashText(before === undefined ? hash : `,${hash}`, before); // as templatesHash joins them
    if (before === known) return number + 1;
  }
  return 0;
}
