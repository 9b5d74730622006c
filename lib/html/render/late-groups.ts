import type { Group } from "./fiber.ts";
import { isDead } from "./segments.ts";

/** Boundaries whose content follows behind the page: those that have not left. */
export class LateGroups {
  #groups: Group[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  /** Gives a boundary its number. */
  add(group: Group): void {
    group.id = ++this.#count;
    this.#groups.push(group);
  }

  /** Another stands in for one that has failed. */
  replace(group: Group, other: Group): void {
    this.#groups = this.#groups.map((one) => (one === group ? other : one));
  }

  /** Those that fail with a group around them. */
  takeDeadBut(group: Group): readonly Group[] {
    const isLost = (one: Group): boolean => one !== group && isDead(one);
    const lost = this.#groups.filter(isLost);
    this.#groups = this.#groups.filter((one) => !isLost(one));
    return lost;
  }

  /** The one of a number, when it is complete before its placeholder is written: then it stands in its place. */
  takeComplete(id: number): Group | undefined {
    const group = this.#take((one) => one.id === id && one.live === 0);
    if (group !== undefined) group.id = 0; // late ones in it wait for what is around: their placeholders leave with that
    return group;
  }

  /** The next one that is complete, and whose placeholder has left. */
  takeNext(): Group | undefined {
    return this.#take((one) => one.live === 0 && lateAround(one)?.isSent !== false);
  }

  #take(isWanted: (group: Group) => boolean): Group | undefined {
    const at = this.#groups.findIndex(isWanted);
    const group = this.#groups[at];
    if (group === undefined) return undefined;
    this.#groups.splice(at, 1);
    group.isSent = true;
    return group;
  }
}

/** The nearest group around that leaves late. */
function lateAround(group: Group): Group | undefined {
  let at = group.parent;
  while (at !== undefined && at.id === 0) at = at.parent;
  return at;
}
