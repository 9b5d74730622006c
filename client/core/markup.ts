/** A page, as opposed to a piece of one. Any text before the first tag that is not a comment makes it a piece. Each comment is matched in one way only. */
export const WHOLE_PAGE: RegExp = /^(\s|<!--((?!-->).)*-->)*<(!d|html|head\b|title|body)/is;
