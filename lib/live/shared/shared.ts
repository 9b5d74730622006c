import type { MaybePromise } from "../../app/index.ts";
import type { Css } from "../../html/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { Operation } from "../../wire/index.ts";
import { shareBytes } from "../machine/patch-bytes.ts";
import type { DrawnPage } from "../view/drawing-types.ts";
import { Member, type MembersRoom } from "./member.ts";

/** The one run behind all sessions of a shared view. */
export interface Lead {
  mount(): MaybePromise<void>;
  /** What has changed, styles and commands for everybody among it. */
  update(): Operation[] | undefined;
  dispose(): void;
  readonly shown: { readonly state: unknown; readonly drawing: DrawnPage | undefined; readonly styles: readonly Css[] };
}

/** How many patches are kept for members that wait for theirs; who waits longer gets all of the page. */
const MAX_BATCHES = 64;

/** The rooms of a route: a view that is mounted and drawn once for all who are in it. */
export class Rooms {
  private readonly rooms: Map<string, Room> = new Map();

  /** @param make - Makes the run of a room; `changed` is told when an update is due. */
  enter(key: string, make: (changed: () => void) => Lead): Room {
    let room = this.rooms.get(key);
    if (room === undefined) {
      const made: Room = new Room(make, () => {
        if (this.rooms.get(key) === made) this.rooms.delete(key);
      });
      this.rooms.set(key, made);
      room = made;
    }
    return room;
  }
}

/**
 * One state and one page for many sessions. What changes is drawn once, by whichever member updates first, and kept as a batch; every other takes
 * the same batch when its own client can take it. Each keeps its own seq, acknowledgements and window: none waits for another.
 */
export class Room implements MembersRoom {
  private readonly lead: Lead;
  private readonly ended: () => void;
  private readonly members: Set<Member> = new Set();
  private opening: MaybePromise<void> | undefined = undefined;
  private isOpen = false;
  private isDue = false;
  /** Sessions that are about to join. */
  private waiting = 0;
  private readonly batches: (readonly Operation[])[] = [];
  /** How many batches there have been before those. */
  private base = 0;

  constructor(make: (changed: () => void) => Lead, ended: () => void) {
    this.lead = make(() => this.advanceSoon());
    this.ended = ended;
  }

  get state(): unknown {
    return this.lead.shown.state;
  }

  get styles(): readonly Css[] {
    return this.lead.shown.styles;
  }

  /** The page everybody shows. */
  get page(): DrawnPage {
    const { drawing } = this.lead.shown;
    if (drawing === undefined) throw new Error("a room is open before anybody is in it");
    return drawing;
  }

  /** How many batches there have been. */
  get version(): number {
    return this.base + this.batches.length;
  }

  /** Mounts, once. @throws what `mount` throws; the next to come tries again. */
  open(): MaybePromise<void> {
    this.waiting++;
    if (this.isOpen) return undefined;
    try {
      this.opening ??= this.lead.mount();
    } catch (error) {
      this.fail();
      throw error;
    }
    const { opening } = this;
    if (!(opening instanceof Promise)) {
      this.isOpen = true;
      return undefined;
    }
    return opening.then(
      () => {
        this.isOpen = true;
      },
      (error: unknown) => {
        this.fail();
        throw error;
      },
    );
  }

  /** Someone who has waited is gone before it joined. */
  giveUp(): void {
    this.waiting--;
    this.endIfEmpty();
  }

  /** @param own - The member's: it leaves with its end. */
  join(own: Scope, changed: () => void, onStyle: (css: Css) => void): DrawnPage {
    this.waiting--;
    const member = new Member(this, changed, onStyle);
    this.members.add(member);
    own.onCleanup(() => {
      this.members.delete(member);
      this.endIfEmpty();
    });
    return member;
  }

  /** Draws what has changed, when whoever changed it is done: who has changed it may not be able to take a patch. */
  advanceSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      if (this.members.size === 0) return;
      try {
        this.advance(undefined);
      } catch {
        this.tell(undefined); // each finds it by itself, where it ends its session
      }
    });
  }

  /** Draws what has changed, and tells everybody but who asks. @throws what `render` throws. */
  advance(asking: Member | undefined): void {
    const operations = this.lead.update() ?? [];
    if (operations.length === 0) return;
    shareBytes(operations);
    this.batches.push(operations);
    if (this.batches.length > MAX_BATCHES) {
      this.batches.shift();
      this.base++;
    }
    this.tell(asking);
  }

  /** The batches from one on; undefined when they are not kept any more. */
  since(version: number): readonly (readonly Operation[])[] | undefined {
    return version < this.base ? undefined : this.batches.slice(version - this.base);
  }

  /** Who does not ask is to ask. */
  private tell(asking: Member | undefined): void {
    for (const member of [...this.members]) if (member !== asking) member.changed();
  }

  private fail(): void {
    this.waiting--;
    this.opening = undefined;
    this.ended();
  }

  private endIfEmpty(): void {
    if (this.members.size > 0 || this.waiting > 0) return;
    this.ended();
    this.lead.dispose();
  }
}
