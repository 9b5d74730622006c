/**
 * The server side of partial updates: typed fragments, and replies that carry one, many, or the whole page.
 * @packageDocumentation
 */
export { fragments, keyed } from "./fragments.ts";
export type { Place } from "./place.ts";
export { reply } from "./reply.ts";
export { isPartial } from "./request.ts";
export type { LocationOptions, ScrollTo, Show, Swap, SwapModifiers, SwapStyle } from "./swap-types.ts";
export type {
  EventDetail,
  EventName,
  Events,
  Fragment,
  Fragments,
  FragmentViews,
  Keyed,
  KeyedFragment,
  PartialReply,
  Parts,
  PropsOf,
  Renders,
  RequestHeaders,
  RequestLike,
  StreamItem,
} from "./types.ts";
