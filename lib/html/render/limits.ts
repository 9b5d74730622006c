/** How a page is rendered piece by piece. */
export interface RenderingLimits {
  /** UTF-16 units that make a piece. */
  readonly pieceChars: number;
  /** Promises waited for at a time; the render stops until some have settled. */
  readonly maxWaiting: number;
  /** Boundaries with something to show meanwhile let the page go on. */
  readonly outOfOrder: boolean;
}

/** For renders whose outcome is wanted whole. */
export const ALL_AT_ONCE: RenderingLimits = {
  pieceChars: Number.POSITIVE_INFINITY,
  maxWaiting: Number.POSITIVE_INFINITY,
  outOfOrder: false,
};
