import {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  DIRTY,
  HOOKED,
  type Late,
  type Link,
  RUNNING,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";
import { state } from "./state.ts";

export {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  DIRTY,
  EFFECT,
  ENDED,
  Link,
  QUEUED,
  type Source,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";

/**
 * Makes a computed watched that is about to get its first subscriber, and what it reads, and so on down. Calls nothing, not even `Array.push`: the
 * end of the stack cannot come half-way.
 * @returns Whether it may be out of date. Then all that became watched are marked: what is below a marked target can stay unmarked, what is
 * above one cannot.
 */
export function wake(first: ComputedTarget): boolean {
  const woken = [first];
  let open = false;
  first.flags |= WATCHED;
  // The list grows while it is walked: no recursion, however long the chain.
  for (let i = 0; i < woken.length; i++) {
    const target = woken[i] as ComputedTarget; // cast: in range
    if (target.checkedAt !== state.clock || target.flags & STALE) open = true;
    for (let link = target.deps; link !== undefined; link = link.nextDep) {
      const { source } = link;
      const head = source.subs;
      if (head !== undefined) {
        const last = head.prevSub as Link; // cast: the ring is closed
        last.nextSub = link;
        link.prevSub = last;
        head.prevSub = link;
        continue;
      }
      source.subs = link;
      link.prevSub = link;
      const { flags } = source;
      if (flags & HOOKED) state.late[state.lates++] = source as Late; // cast: the flag says so
      if (!(flags & COMPUTED)) continue;
      source.flags = flags | WATCHED;
      woken[woken.length] = source as ComputedTarget; // cast: the flag says so
    }
  }
  if (open) for (let i = 0; i < woken.length; i++) (woken[i] as ComputedTarget).flags |= CHECK; // cast: in range
  return open;
}

/** Enters the link of a watched target in its source's list. `track` does the same in its own way, as the end of the stack may come there. */
export function subscribe(link: Link): void {
  const { source } = link;
  const { flags, subs: head } = source;
  if (flags & COMPUTED && !(flags & WATCHED)) wake(source as ComputedTarget); // cast: the flag says so
  if (head === undefined) {
    source.subs = link;
    link.prevSub = link;
    if (flags & HOOKED) state.late[state.lates++] = source as Late; // cast: the flag says so
    return;
  }
  const last = head.prevSub as Link; // cast: the ring is closed
  last.nextSub = link;
  link.prevSub = last;
  head.prevSub = link;
}

/** Lets go of the links after `last`, or of all, and of what is then no longer watched, and so on down. Calls nothing, as above. */
export function dropAfter(target: Target, last: Link | undefined): void {
  let link = last === undefined ? target.deps : last.nextDep;
  if (last === undefined) target.deps = undefined;
  else last.nextDep = undefined;
  if (!(target.flags & WATCHED)) return;
  let asleep: ComputedTarget[] | undefined;
  for (let next = 0; ; next++) {
    for (; link !== undefined; link = link.nextDep) {
      const { source, nextSub } = link;
      const prevSub = link.prevSub as Link; // cast: it is in the list
      const head = source.subs as Link; // cast: as above
      if (head === link) source.subs = nextSub;
      else prevSub.nextSub = nextSub;
      if (nextSub !== undefined) nextSub.prevSub = prevSub;
      else if (head !== link) head.prevSub = prevSub;
      // A link that stays would hold its neighbours, and so what reads them.
      link.prevSub = undefined;
      link.nextSub = undefined;
      const { flags } = source;
      if (source.subs !== undefined || !(flags & (COMPUTED | HOOKED))) continue;
      if (flags & HOOKED) state.late[state.lates++] = source as Late; // cast: the flag says so
      if (!(flags & COMPUTED)) continue;
      const computed = source as ComputedTarget; // cast: the flag says so
      // What it knows stays good while the clock stands, unless it was in doubt, or is being computed this moment.
      computed.checkedAt = flags & (CHECK | RUNNING) ? -1 : state.clock;
      computed.flags = flags & ~(WATCHED | CHECK | DIRTY);
      if (asleep === undefined) asleep = [computed];
      else asleep[asleep.length] = computed;
    }
    // Their links stay, as what they know rests on them; they only leave the lists.
    if (asleep === undefined || next === asleep.length) return;
    link = (asleep[next] as ComputedTarget).deps; // cast: in range
  }
}
