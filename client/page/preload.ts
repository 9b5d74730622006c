import type { RequestContext } from "../core/types.ts";

/** What this bundle notes down at a request. Names that begin with an underscore are shortened, by every bundle in its own way. */
export interface AskingContext extends RequestContext {
  /** All that its reply depends on. */
  key?: string;
  /** The reply that it has asked for ahead of time. */
  reply?: Promise<Response | undefined>;
}

/** Requests ahead of time, by what their replies depend on. */
export const loading: Record<string, AskingContext> = {};

/** Before a request leaves: a reply that is at hand, or on its way, is taken. It serves once. */
export const request = async (ctx: AskingContext): Promise<boolean> => {
  const { signal } = ctx.controller;
  const key = ctx.key as string; // cast: written down right before
  const ahead = loading[key];
  delete loading[key];
  signal.addEventListener("abort", () => ahead?.controller.abort());
  ctx.response ??= (await ahead?.reply) as Response; // cast: core fetches it where there is none
  return !signal.aborted; // the reply to a request that is over would be shown
};
