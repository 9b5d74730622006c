// Times subjects in the browser, in turn: rounds go through all of them, so that what slows the machine slows all.
import { setTimeout as sleep } from "node:timers/promises";
import { orderOf } from "../http/session.mjs";
import { missingOf } from "./libraries.mjs";
import { openPage } from "./page.mjs";
import { isClient, takes } from "./subjects/index.mjs";

const WARM_UPS = 5;
const PATIENCE_MS = 15_000;

/** The subjects of some that a case can be measured with, and why the others cannot. */
export function subjectsOf(names, one) {
  const able = names.filter((name) => takes(name, one));
  const refused = able.map((name) => ({ name, cannot: missingOf(name, one.style) })).filter(({ cannot }) => cannot);
  return { able: able.filter((name) => !refused.some((other) => other.name === name)), refused };
}

/**
 * One case of swaps. Each subject is checked first: the page after two swaps, and a click on what came.
 * @returns For each subject the milliseconds of script and of style and layout, round by round.
 */
export async function measureSwaps(browser, site, one, { names, rounds }) {
  const { able, refused } = subjectsOf(names, one);
  const pages = [];
  try {
    for (const name of able) pages.push({ ...(await openChecked(browser, site, name, one)), samples: [], layouts: [] });
    console.error(`${one.name}: ${pages.length} subjects leave the expected page`);
    let round = 3; // after those of the check
    for (const page of rounds > 0 ? pages : []) {
      for (let i = 0; i < WARM_UPS; i++) await page.call("swap", round + i);
    }
    round += WARM_UPS;
    for (let turn = 0; turn < rounds; turn++, round++) {
      for (const at of orderOf(pages.length, turn)) await time(pages[at], round);
    }
    const results = pages.map(({ subject, samples, layouts }) => ({ name: subject, samples, layouts }));
    return { ...one, subjects: [...results, ...refused] };
  } finally {
    for (const { close } of pages) await close();
  }
}

async function openChecked(browser, site, name, one) {
  const page = await openPage(browser, site, name, one);
  try {
    await start(page);
    for (const round of [1, 2]) await page.call("assertSwaps", round);
    if (one.isAttributed && isClient(name)) {
      await page.call("assertClicks");
      await page.load(); // what the click has asked for has nothing in it
      await start(page);
    }
    return page;
  } catch (error) {
    await page.close();
    throw error;
  }
}

async function start(page) {
  await page.call("start", 0);
  await page.call("idle");
}

async function time(page, round) {
  await page.collect();
  const before = await page.layoutMs();
  page.samples.push(await page.call("swap", round));
  await page.call("drawn");
  page.layouts.push((await page.layoutMs()) - before);
}

/**
 * One case of start-ups, each in a page that was loaded for it. A subject that is not ready in time is not asked again.
 * @returns For each subject the milliseconds of script until the first request, and those of the evaluation.
 */
export async function measureStartUps(browser, site, one, { names, rounds }) {
  const { able, refused } = subjectsOf(names.filter(isClient), { ...one, style: "outer" });
  const pages = [];
  try {
    for (const name of able) {
      const page = { ...(await openPage(browser, site, name, one)), samples: [], evaluations: [] };
      const isReady = await inTime(page.call("startAndClick", `check ${one.name}`)); // throws when no click becomes a request
      if (isReady) pages.push(page);
      else refused.push({ name, cannot: `not ready within ${PATIENCE_MS / 1000} s` });
      if (!isReady) await page.close();
    }
    console.error(`${one.name}: a click becomes a request with ${pages.length} subjects`);
    for (let turn = 0; turn < rounds; turn++) {
      for (const at of orderOf(pages.length, turn)) await timeStart(pages[at], `${one.name} ${turn}`);
    }
    const results = pages.map(({ subject, samples, evaluations }) => ({ name: subject, samples, evaluations }));
    return { ...one, subjects: [...results, ...refused] };
  } finally {
    for (const { close } of pages) await close();
  }
}

async function timeStart(page, salt) {
  await page.load();
  const { ms, evaluationMs } = await page.call("startAndClick", salt);
  page.samples.push(ms);
  page.evaluations.push(evaluationMs);
}

async function inTime(promise) {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, false, { signal: timer.signal });
  promise.catch(() => {}); // once it is late, nobody asks how it ended
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}
