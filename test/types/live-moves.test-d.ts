import { test } from "vitest";
import { type LegalNext, move, type SessionState } from "../../lib/live/machine/states.ts";

type Kind = SessionState["kind"];
type StateOf<K extends Kind> = Extract<SessionState, { readonly kind: K }>;
type IsLegal<From extends Kind, To extends Kind> = StateOf<To> extends LegalNext[From] ? true : false;

/** All moves, as DESIGN has them: what is not named here must not compile. */
interface Legal {
  readonly rendered: "joining" | "expired";
  readonly joining: "live" | "remounting" | "refused";
  readonly live: "throttled" | "detached" | "draining" | "crashed" | "closed";
  readonly throttled: "live" | "detached" | "draining" | "closed";
  readonly detached: "resuming" | "expired" | "closed";
  readonly resuming: "live" | "remounting";
  readonly remounting: "live" | "refused";
  readonly draining: "detached" | "closed";
  readonly crashed: "remounting" | "closed";
  readonly expired: "remounting";
  readonly refused: never;
  readonly closed: never;
}

/** The pairs on which the two differ. */
type Differences = {
  [From in Kind]: {
    [To in Kind]: IsLegal<From, To> extends (To extends Legal[From] ? true : false) ? never : [From, To];
  }[Kind];
}[Kind];

test("of all pairs of states those compile that DESIGN names, and no others", () => {
  const differences: Differences[] = [];
  const none: never[] = differences;
  return none;
});

declare const state: { readonly [K in Kind]: StateOf<K> };

test("moves that would skip a step, go back or leave a final state do not compile", () => {
  // @ts-expect-error nobody has asked to join
  move(state.rendered, state.live);
  // @ts-expect-error it is refused or let in first
  move(state.joining, state.closed);
  // @ts-expect-error a throttled session renders nothing, so it cannot crash
  move(state.throttled, state.crashed);
  // @ts-expect-error the client has to come back first
  move(state.detached, state.live);
  // @ts-expect-error it goes on or mounts
  move(state.resuming, state.detached);
  // @ts-expect-error a page is made or it is not
  move(state.remounting, state.detached);
  // @ts-expect-error who was told to leave has to leave
  move(state.draining, state.live);
  // @ts-expect-error its state is gone
  move(state.expired, state.resuming);
  // @ts-expect-error what crashed mounts anew
  move(state.crashed, state.live);
  // @ts-expect-error refused is final
  move(state.refused, state.remounting);
  // @ts-expect-error closed is final
  move(state.closed, state.expired);
});
