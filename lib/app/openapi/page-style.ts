/** The page's stylesheet: served as a file of its own, so that a Content-Security-Policy needs no exception. */
export const PAGE_STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { display: grid; grid-template: auto 1fr / minmax(12rem, 20rem) minmax(0, 60rem); gap: 0 2rem; margin: 0 1rem; }
header { grid-column: 1 / -1; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; }
nav h2 { font-size: 1rem; margin: 1rem 0 0; }
nav ul, ul.properties { list-style: none; padding-left: 0; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
details { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.25rem; margin: 0.5rem 0; padding: 0 0.75rem; }
summary { cursor: pointer; padding: 0.5rem 0; }
details:target { outline: 2px solid Highlight; }
.method { font-weight: 700; }
.kind { font-style: italic; }
.limits, .needed { font-size: 0.875rem; }
ul.properties, .items { border-left: 2px solid color-mix(in srgb, currentColor 25%, transparent); padding-left: 0.75rem; }
ul.properties p, dd p { margin: 0.25rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 700; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
dt { font-weight: 700; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; max-height: none; } }
`;
