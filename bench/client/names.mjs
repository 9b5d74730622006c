// The subjects that targets speak of.
export const NAMES = { ours: "busbar", htmx4: "htmx 4", raw: "DOMParser + replaceChildren" };
