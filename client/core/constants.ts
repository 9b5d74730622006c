// What a second build of the same source (for pages that come from htmx) replaces.

/** Before every attribute, the element's name and the class. */
export const PREFIX = "bus-";

/** Before every event. */
export const EVENT_PREFIX = "bus:";

/** Before every header, in requests and replies. */
export const HEADER_PREFIX = "Bus-";

/** Behind an attribute's name when it also counts for everything inside. */
export const INHERITED = ":inherited";
