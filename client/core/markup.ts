/** A page, as opposed to a piece of one. Any text before the first tag that is not a comment makes it a piece. Each comment is matched in one way only. */
export const WHOLE_PAGE: RegExp = /^(\s|<!--((?!-->).)*-->)*<(!d|html|head\b|title|body)/is;

/**
 * A piece that a template parses in another way than a body does, or may. Browsers parse bodies faster (bench: "client, inner, 1,000 plain
 * rows"), so all others are parsed as one. More careful than it has to be, as it is to be short:
 *
 * - What does not begin with a tag: a body has no space or comment before its first element.
 * - What begins with what may stand in a head (`base`, `link`, `meta`, `script`, `style`), or with parts of tables (`caption`, `col`).
 * - Names with t: tables and their parts, without a doctype also in a `p`; templates. With n: `noscript`, which is text where scripts run.
 * - `frameset`, `body` and `html` change what stands around them, at their end as well.
 */
export const NEEDS_TEMPLATE: RegExp = /^(?!<(?!lin|me|s[ct])[ad-z])|<\/?([tn]|fr|bo|ht)/i;
