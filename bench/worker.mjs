// One subject on one case, in a process of its own: checks answers, then measures what it is asked for.
import process from "node:process";
import { assertEqualAnswers, createTimer } from "./measure.mjs";
import { buildTimes, bytesPerOperation, bytesPerTable } from "./memory.mjs";

const [areaName, subjectName] = process.argv.slice(2);
const { area } = await import(new URL(`./${areaName}/area.mjs`, import.meta.url).href);
const { file } = area.subjects[subjectName];
const { subject } = await import(new URL(`./${areaName}/subjects/${file}`, import.meta.url).href);

process.on("disconnect", () => process.exit());
process.once("message", ({ task, caseName, input: sent }) => {
  const input = area.received(sent);
  if (task === "build") return process.send(buildTimes(area, subject, input));
  if (task === "heap") return process.send({ bytes: bytesPerTable(area, subject, input) });
  const cannotBuild = whyNot(input);
  if (cannotBuild !== undefined) return process.send({ cannotBuild });
  check(caseName, input);
  time(input);
});
process.send({});

// a table that a subject refuses is a result, and no reason to stop
function whyNot(input) {
  try {
    area.loop(area.build(subject, input), area.fresh(area.requests(input), 1));
    return undefined;
  } catch (error) {
    return error.message.split("\n")[0];
  }
}

function check(caseName, input) {
  try {
    assertEqualAnswers(area, subject, input);
  } catch (error) {
    console.error(`${subjectName}, ${caseName}: ${error.message}`);
    process.exit(1);
  }
}

function time(input) {
  const timer = createTimer(area, subject, input);
  timer.warmUp();
  process.on("message", ({ task }) => {
    if (task === "round") process.send({ ns: timer.round() });
    else process.send({ bytes: bytesPerOperation(area, timer.built, area.requests(input)) });
  });
  process.send({});
}
