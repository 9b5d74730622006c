import type { Hole } from "./cells.ts";

/** Holes whose content may be another by now, in the order in which they told. Most changes soil one, and engines make a set that is emptied anew. */
export class Soiled {
  private first: Hole | undefined = undefined;
  private readonly others: Set<Hole> = new Set();

  get size(): number {
    return (this.first === undefined ? 0 : 1) + this.others.size;
  }

  /** The only one there is, if there is one and no other. */
  get only(): Hole | undefined {
    return this.others.size === 0 ? this.first : undefined;
  }

  add(hole: Hole): void {
    if (this.first === undefined && this.others.size === 0) this.first = hole;
    else if (this.first !== hole) this.others.add(hole);
  }

  /** @returns whether it was there. */
  delete(hole: Hole): boolean {
    if (this.first !== hole) return this.others.size > 0 && this.others.delete(hole);
    this.first = undefined;
    return true;
  }

  all(): Hole[] {
    return this.first === undefined ? [...this.others] : [this.first, ...this.others];
  }

  clear(): void {
    this.first = undefined;
    this.others.clear();
  }
}
