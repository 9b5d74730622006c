import type { Context } from "../../app/index.ts";
import type { Flash } from "../flash.ts";

/** A visitor at an address, let through by the middleware on it. */
export interface Visit {
  readonly c: Context;
  /** Path and query, without an event in it. */
  readonly url: string;
  readonly params: unknown;
  readonly query: unknown;
  /** A token for a session at this address. */
  token(id: string): Uint8Array;
  /** The same visitor at another address of the same route; `undefined` where the route, its middleware or the view's schemas do not let it. */
  go(url: string): Promise<Visit | undefined>;
  /** Messages for another page, as text. */
  seal(items: readonly Flash[], url: string): string;
  /** Messages another page has sealed for this one. */
  unseal(text: string): readonly Pick<Flash, "kind" | "text">[];
}
