// What typed parameters cost the type checker: npm run bench -- router-types
import { fork } from "node:child_process";
import { once } from "node:events";
import { medianOf, quantile } from "../measure.mjs";
import { subjects } from "./modules.mjs";

const TABLE = "1000 routes";
const ROUNDS = 5;
const OURS = "busbar";

export const area = {
  name: "router-types",

  async run({ facts }) {
    const names = Object.keys(subjects);
    const samples = new Map(names.map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round) % names.length];
        samples.get(name).push(await check(name));
      }
    }
    return new Map([["router-types.md", render(samples, facts)]]);
  },
};

async function check(name) {
  const child = fork(new URL("./check.mjs", import.meta.url), [name, TABLE], { execArgv: ["--expose-gc"] });
  const answer = await Promise.race([once(child, "message"), once(child, "exit").then(() => undefined)]);
  child.kill();
  if (answer === undefined) throw new Error(`${name} failed; nothing is written`);
  const [{ problem, ...result }] = answer;
  if (problem !== undefined) throw new Error(`${name} does not type-check as it must: ${problem}`);
  return result;
}

function render(samples, { commit, node, cpu }) {
  const ours = samples.get(OURS);
  const rows = [...samples].map(([name, runs]) => {
    const times = runs.map(({ checkMs }) => checkMs);
    const [{ instantiations, types }] = runs; // the same in every run
    return [
      name === OURS ? `**${name}**` : name,
      count(instantiations),
      (instantiations / ours[0].instantiations).toFixed(2),
      count(types),
      `${medianOf(times).toFixed(0)} (${quantile(times, 0.25).toFixed(0)}–${quantile(times, 0.75).toFixed(0)})`,
      (medianOf(times) / medianOf(ours.map(({ checkMs }) => checkMs))).toFixed(2),
      (medianOf(runs.map(({ bytes }) => bytes)) / 2 ** 20).toFixed(1),
    ];
  });
  return `${[
    "# Routers: what typed parameters cost the type checker",
    "",
    `Commit ${commit} · Node ${node} · ${cpu} · ${ROUNDS} rounds, one process each · \`npm run bench -- router-types\``,
    "",
    `A module registers the ${TABLE} of the router bench and reads every parameter of each by its name. Three lines in it misspell a parameter and must not compile; a subject for which they do, or anything else does not, ends the run. TypeScript parses before the clock starts; it counts the checking of that one module. "over" is the figure compared with ${OURS}'s. A chain carries its routes in the type of Hono's application, as its typed client needs them; one chain of 1,000 is more than the compiler's stack holds. Rou3's \`addRoute\` takes any string, so its pattern is named once more for \`InferRouteParams\`.`,
    "",
    "| Subject | instantiations | over | types | check, ms (p25–p75) | over | heap, MiB |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n")}\n`;
}

function count(number) {
  return number.toLocaleString("en-US");
}
