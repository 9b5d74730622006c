/**
 * A page, as opposed to a piece of one. Any text before the first tag that is not a comment makes it a piece. Spaces and comments are each matched
 * in one way only (nothing goes back into what a look ahead has found), and as a whole: engines remember every repetition.
 */
export const WHOLE_PAGE: RegExp = /^((?=(\s+|<!--.*?-->))\2)*<(!d|html|head\b|title|body)/is;
