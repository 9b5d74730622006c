// The bench in the page: starts a subject, clicks, and counts the time of scripts until the page is as it should be.
// A subject has `link(id)`: the attributes of a row's link; `control[style]`: those of the link that asks for the list; `list[style]`:
// those of the list; `reply[style](content)` and `parts(parts)`: what a server answers; `type`: its content type; `settings()` before its
// script, `started()` after it; or instead of a control `puts[style](text)`: what puts the text into the page without a client.
import { contentOf, partsOf, rowsOf } from "../rows.mjs";
import { USES } from "../subjects/index.mjs";
import { createClock } from "./clock.mjs";
import { assertShown } from "./compare.mjs";
import { createServer } from "./server.mjs";

const PATIENCE_MS = 20_000;
const PROBES = 200;

const { one, name, scripts } = JSON.parse(document.getElementById("bench-case").textContent);
const sources = await Promise.all(scripts.map(async (path) => (await fetch(path)).text()));
const use = USES[name];
const clock = await createClock();
const server = createServer();
server.type = use.type ?? "text/html";

globalThis.bench = {
  start,
  startAndClick,
  swap,
  swaps,
  assertSwaps,
  assertClicks,
  clickEach,
  idle,
  drawn: clock.nextFrame,
};

/** Evaluates the scripts, and waits until nothing is under way. @returns Milliseconds of script. */
async function start(salt) {
  await clock.nextFrame();
  clock.take();
  clock.timed(() => {
    use.settings?.();
    for (const source of sources) evaluate(`${source}\n// ${salt}`); // else the engine may know it from the page before
    use.started?.();
  });
  await clock.settled();
  return clock.take();
}

/**
 * Starts, then clicks on the last link until that becomes a request.
 * @returns Milliseconds of script until that request, and those of the evaluation with what follows in microtasks.
 */
async function startAndClick(salt) {
  const evaluationMs = await start(salt);
  const link = lastLink();
  layOut("");
  let ms = evaluationMs;
  for (let probe = 0; probe < PROBES; probe++) {
    const before = performance.now();
    clock.timed(() => click(link));
    await clock.settled();
    if (server.asked.length > 0) return { ms: ms + server.at - before, evaluationMs };
    clock.take(); // a click that was not heard is no work of the subject's
    await clock.nextTask();
    await clock.settled();
    ms += clock.take();
  }
  throw new Error("a click never became a request");
}

/** One round. @returns Milliseconds of script. */
async function swap(round) {
  layOut(replyOf(round));
  await clock.nextFrame();
  clock.take();
  clock.timed(() => act());
  await arrival(round);
  return clock.take();
}

/** Many rounds one after the other, without waiting for the page to be drawn. */
async function swaps(first, count) {
  for (let round = first; round < first + count; round++) {
    layOut(replyOf(round));
    act();
    await arrival(round);
  }
}

/** Throws when a swap does not leave what the data says, or changes the page outside of what is counted. */
async function assertSwaps(round) {
  let late = 0;
  const observer = new MutationObserver(() => {
    if (!clock.isRunning()) late++;
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  await swap(round);
  await clock.nextFrame();
  await idle();
  observer.disconnect();
  if (late > 0) throw new Error(`the page was changed ${late} times outside of what is counted`);
  assertShown(contentOf(one, round));
}

/** Throws when a click on the last row's link is not a request for that row. */
async function assertClicks() {
  const link = lastLink();
  layOut("");
  clock.timed(() => click(link));
  for (let probe = 0; probe < PROBES && server.asked.length === 0; probe++) await clock.nextTask();
  const { pathname } = new URL(link.href);
  if (!server.asked.includes(pathname)) throw new Error(`a click did not ask for ${pathname}, but ${server.asked}`);
}

/** Clicks on the link of every row, and answers that there is nothing to swap. */
async function clickEach() {
  server.status = 204;
  for (const link of document.querySelectorAll("a.edit")) click(link);
  await idle();
  server.status = 200;
  if (server.asked.length < one.count) throw new Error(`${server.asked.length} of ${one.count} clicks became requests`);
  layOut("");
}

function lastLink() {
  return [...document.querySelectorAll("a.edit")].at(-1);
}

function act() {
  if (use.puts !== undefined) return use.puts[one.style](server.text);
  return click(document.getElementById("control"));
}

// A link that nobody listens to would leave the page. This listener is the last of all, as some look whether another has answered.
function click(link) {
  const stay = (event) => event.preventDefault();
  const last = () => window.addEventListener("click", stay, { once: true });
  document.addEventListener("click", last, { capture: true, once: true });
  link.click();
  window.removeEventListener("click", stay);
}

async function arrival(round) {
  const isThere = arrivalOf(round);
  const end = performance.now() + PATIENCE_MS;
  do {
    await clock.nextTask();
    if (performance.now() > end) throw new Error(`nothing was swapped: ${server.asked}`);
  } while (!isThere() || !clock.isIdle());
}

function arrivalOf(round) {
  if (one.style === "oob") {
    const [id, text] = partsOf(round, one.count).at(-1);
    return () => document.getElementById(id)?.textContent === text;
  }
  const rows = rowsOf(round, one);
  const last = rows.at(-1);
  return () => {
    const list = document.getElementById("list");
    return list?.childElementCount === rows.length && list.lastElementChild.children[1].textContent === last.text;
  };
}

async function idle() {
  while (!clock.isIdle()) await clock.nextTask();
}

function replyOf(round) {
  if (one.style === "oob") return use.parts(partsOf(round, one.count));
  const content = contentOf(one, round, use.link, one.style === "inner");
  return use.reply?.[one.style]?.(content) ?? content;
}

function layOut(text) {
  server.text = text;
  server.asked.length = 0;
}

function evaluate(source) {
  const script = document.createElement("script");
  script.textContent = source;
  document.head.append(script);
  script.remove();
}
