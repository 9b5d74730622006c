const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Elements whose end tag may be left out. */
export const OMITTABLE: ReadonlySet<string> = words(
  "dd dt li optgroup option p rb rp rt rtc caption colgroup tbody td tfoot th thead tr head body html",
);
/** Elements that close when the parser "generates implied end tags". */
export const IMPLIED: ReadonlySet<string> = words("dd dt li optgroup option p rb rp rt rtc");
/** The standard's "special" elements. */
export const SPECIAL: ReadonlySet<string> = words(
  "address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd details dir div " +
    "dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input " +
    "keygen li link listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre script search " +
    "section select source style summary table tbody td template textarea tfoot th thead title tr track ul wbr xmp",
);
/** Start tags before which an open paragraph ends. */
export const CLOSES_P: ReadonlySet<string> = words(
  "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp",
);
export const HEADINGS: ReadonlySet<string> = words("h1 h2 h3 h4 h5 h6");
/** Elements out of which the parser does not look for one to close. */
export const SCOPE: ReadonlySet<string> = words("applet caption html table td th marquee object template");
/** Elements in which the parser forgets the formatting around them. */
export const MARKERS: ReadonlySet<string> = words("applet caption marquee object td template th");
/** Parts of a table that stand in no cell and no caption. */
export const TABLE_PARTS: ReadonlySet<string> = words("caption col colgroup tbody td tfoot th thead tr");
/** Start tags that mean nothing in the body. */
export const NOT_IN_BODY: ReadonlySet<string> = words(
  "body caption col colgroup frame frameset head html tbody td tfoot th thead tr",
);
/** What belongs into a head and, in the body, stays where it is. */
export const METADATA: ReadonlySet<string> = words(
  "base basefont bgsound link meta noframes script style template title",
);
export const IN_HEAD_NOSCRIPT: ReadonlySet<string> = words("basefont bgsound link meta noframes style");
export const CELLS: ReadonlySet<string> = words("td th");
export const BODIES: ReadonlySet<string> = words("tbody tfoot thead");
/** Elements that decide by which rules the parser reads what they hold. */
export const ANCHORS: ReadonlySet<string> = words(
  "html head frameset table tbody tfoot thead tr colgroup caption td th select template",
);
/**
 * What the standard has allowed in a select since 2025. Older parsers drop these tags and keep their text, which is how a select
 * is meant to look there: no mistake.
 */
export const IN_SELECT: ReadonlySet<string> = words(
  "abbr b bdi bdo br button cite code data del div em i img ins kbd legend mark noscript picture q s samp selectedcontent small " +
    "source span strong sub sup svg time u var wbr",
);
/** Elements one can act on. */
export const INTERACTIVE: ReadonlySet<string> = words("a button details embed iframe input label select textarea");
export const LISTS: ReadonlySet<string> = words("menu ol ul");
export const IN_LIST: ReadonlySet<string> = words("li script template");
