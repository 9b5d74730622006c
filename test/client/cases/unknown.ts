import type { Case, Step } from "../harness/format.ts";

const click = { click: "#go" } as const;
const times = (n: number, step: Step): Step[] => Array.from({ length: n }, () => step);

/** Words of triggers that nobody knows. */
export const unknown: readonly Case[] = [
  {
    name: "a modifier that nobody knows is an error, and the element does not ask by accident",
    body: `<p id="go" bus-get="/x" bus-trigger="click sometimes"></p>`,
    steps: [click],
    expect: { seen: [], errors: ["attribute"] },
  },
  ...["toString", "constructor", "__proto__"].map(
    (word): Case => ({
      name: `${word}, which every object has, is no modifier`,
      body: `<p id="go" bus-get="/x" bus-trigger="click ${word}"></p>`,
      steps: [click],
      expect: { seen: [], errors: ["attribute"] },
    }),
  ),
  {
    name: "one trigger that cannot be read does not make another one ask twice",
    body: `<p id="go" bus-get="/x" bus-trigger="click"></p><p id="bad" bus-get="/y" bus-trigger="tick from:((" ></p>`,
    routes: { "GET /x": "" },
    steps: times(2, click),
    expect: { seen: ["GET /x", "GET /x"], errors: ["attribute"] },
  },
];
