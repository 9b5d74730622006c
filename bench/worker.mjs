// One subject on one case, in a process of its own: checks answers, warms up, then times a round whenever asked.
import process from "node:process";
import { assertEqualAnswers, createTimer, medianOf } from "./measure.mjs";

const [areaName, subjectName, caseName] = process.argv.slice(2);
const { area } = await import(new URL(`./${areaName}/area.mjs`, import.meta.url).href);
const { subject } = await import(new URL(`./${areaName}/${area.subjects[subjectName]}`, import.meta.url).href);
const input = area.input(caseName);

try {
  assertEqualAnswers(area, subject, input);
} catch (error) {
  console.error(`${subjectName}, ${caseName}: ${error.message}`);
  process.exit(1);
}
const timer = createTimer(area, subject, input);
timer.warmUp();
process.on("message", () => process.send({ nsPerOperation: timer.round() }));
process.on("disconnect", () => process.exit());
process.send({ buildMs: medianOf(buildTimes()) });

function buildTimes() {
  return Array.from({ length: 9 }, () => {
    const start = process.hrtime.bigint();
    area.build(subject, input);
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
}
