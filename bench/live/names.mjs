// What ours is called in the parts, and who stands beside it in the browser.
export const WIRE_NAMES = { collection: "busbar/live", plain: "busbar/live, plain rows" };
export const OURS = "busbar/live";
export const BROWSER_SUBJECTS = [OURS, "morphdom", "idiomorph", "udomdiff", "snabbdom"];
