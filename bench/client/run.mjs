// One session: swaps and start-ups in the browser, memory, partials on the server, sizes. `--case` takes part of a case's name, or
// "memory", "partial" or "sizes".
import { choose } from "../choice.mjs";
import { renderBars } from "../http/bars.mjs";
import { medianOf } from "../measure.mjs";
import { renderPlot, styled } from "../plot.mjs";
import { startBrowser } from "./browser.mjs";
import { START_UPS, SWAPS } from "./cases.mjs";
import { measureSizes } from "./libraries.mjs";
import { measureElements, measureKept } from "./memory.mjs";
import { measurePartial } from "./partial.mjs";
import { plotFile, renderReport, START_UP_PLOT } from "./report.mjs";
import { measureStartUps, measureSwaps } from "./session.mjs";
import { startSite } from "./site.mjs";

const ROUNDS = 11;
const NS_PER_MS = 1e6;
const US_PER_MS = 1000;

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options, save }) {
  const { rounds, names, wants } = choose(area, options, ROUNDS);
  const measured = { swaps: [], startUps: [], kept: [], elements: [], partial: undefined, sizes: [] };
  if (wants("partial")) measured.partial = measurePartial();
  if (wants("sizes")) measured.sizes = await measureSizes();
  const browser = await startBrowser();
  const site = await startSite();
  facts.browser = `Chromium ${browser.version()}`;
  const files = () => {
    const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- client" });
    return new Map([["client.md", text], ...plots(area, measured)]);
  };
  try {
    for (const one of SWAPS.filter(({ name }) => wants(name))) {
      measured.swaps.push(await measureSwaps(browser, site, one, { names, rounds }));
    }
    for (const one of START_UPS.filter(({ name }) => wants(name))) {
      measured.startUps.push(await measureStartUps(browser, site, one, { names, rounds }));
    }
    if (rounds > 0 && wants("memory")) {
      save(files()); // memory takes minutes
      measured.kept = await measureKept(browser, site, names);
      measured.elements = await measureElements(browser, site, names);
    }
  } finally {
    await browser.close();
    site.stop();
  }
  return options.check ? new Map() : files();
}

function plots(area, { swaps, startUps }) {
  const bars = swaps.map((one) => {
    const values = one.subjects
      .filter(({ samples }) => samples !== undefined)
      .map(({ name, samples }) => ({ name, group: colorOf(area, name), value: medianOf(samples) * US_PER_MS }));
    return [plotFile(one), renderBars(`Client: µs of script, ${one.name}`, values)];
  });
  return startUps.length === 0 ? bars : [...bars, [START_UP_PLOT, startUpPlot(area, startUps)]];
}

function startUpPlot(area, startUps) {
  const lines = Object.entries(area.subjects).flatMap(([name, { group }]) => {
    const points = startUps.flatMap(({ count, subjects }) => {
      const samples = subjects.find((one) => one.name === name)?.samples;
      return samples === undefined ? [] : [{ size: count, ns: medianOf(samples) * NS_PER_MS }];
    });
    return points.length === 0 ? [] : [{ name, isOurs: group === "ours", points }];
  });
  const axes = { x: "elements of the page that ask", y: "script until the first click is a request" };
  return renderPlot("Client: start-up", styled(lines), axes);
}

function colorOf(area, name) {
  const { group } = area.subjects[name];
  return group === "morphers" ? "peers" : group;
}
