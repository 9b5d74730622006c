// What the client is to reach, and how far it came. A ratio reaches its target when the whole interval does.
import { fastest, medianNs, resultOf } from "../compare.mjs";
import { medianRatio } from "../interval.mjs";
import { medianOf } from "../measure.mjs";
import { NAMES } from "./names.mjs";

const FRAME_MS = 16;
const HTMX_LEAD = 2;
const RAW_LIMIT = 2;
const PARTIAL_MS = 5;
const MEBIBYTE = 1024 * 1024;
const SAVING = 0.9;
const NO_GROWTH = 64; // bytes per swap over those of the page without a client: what is below is the engine's own
const LIMITS = { busbar: 10_000, "busbar plus": 4500, "busbar morph": 2000 };

/** One row for each target that was measured. */
export function judge(area, measured) {
  return [
    ...measured.swaps.flatMap((one) => swapTargets(area, one)),
    ...measured.startUps
      .filter(({ count }) => count > 1000)
      .map((one) => lead(one, NAMES.htmx4, HTMX_LEAD, `at least ${HTMX_LEAD} times as fast as ${NAMES.htmx4}`)),
    ...keptTargets(measured.kept),
    ...measured.elements.filter(({ name }) => name === NAMES.ours).map(elementTarget),
    ...partialTargets(measured.partial),
    ...measured.sizes.filter(({ name }) => name in LIMITS).map(sizeTarget),
  ].filter((verdict) => verdict !== undefined);
}

function swapTargets(area, one) {
  const rows = [];
  if (one.count >= 1000) rows.push(frameTarget(one));
  if (one.style === "morph") {
    const best = fastest(area, one, ["peers", "morphers"]);
    rows.push(lead(one, best?.name, 1, `at least as fast as the fastest${best === undefined ? "" : `, ${best.name}`}`));
  } else if (one.isAttributed) {
    rows.push(lead(one, NAMES.htmx4, HTMX_LEAD, `at least ${HTMX_LEAD} times as fast as ${NAMES.htmx4}`));
  } else if (one.style !== "oob") rows.push(rawTarget(one));
  return rows;
}

function frameTarget(one) {
  const ours = resultOf(one, NAMES.ours);
  if (ours?.samples === undefined) return undefined;
  const ms = medianNs(ours);
  return atMost(`${one.name}: script under ${FRAME_MS} ms`, ms, FRAME_MS, `${ms.toFixed(2)} ms`);
}

function lead(one, rival, wanted, text) {
  const [ours, theirs] = [NAMES.ours, rival].map((name) => resultOf(one, name));
  if (ours?.samples === undefined || theirs?.samples === undefined) return undefined;
  const ratio = medianRatio(theirs.samples, ours.samples);
  const miss = ratio.high < wanted ? `by ${((1 - ratio.median / wanted) * 100).toFixed(0)} %` : "not shown";
  return { target: `${one.name}: ${text}`, value: ratioText(ratio), met: ratio.low >= wanted, miss };
}

function rawTarget(one) {
  const [ours, raw] = [NAMES.ours, NAMES.raw].map((name) => resultOf(one, name));
  if (ours?.samples === undefined || raw?.samples === undefined) return undefined;
  const ratio = medianRatio(ours.samples, raw.samples);
  const miss = ratio.low > RAW_LIMIT ? `by ${((ratio.median / RAW_LIMIT - 1) * 100).toFixed(0)} %` : "not shown";
  const target = `${one.name}: at most ${RAW_LIMIT} times ${NAMES.raw}`;
  return { target, value: ratioText(ratio), met: ratio.high <= RAW_LIMIT, miss };
}

function keptTargets(kept) {
  const [ours, raw] = [NAMES.ours, NAMES.raw].map((wanted) => kept.find(({ name }) => name === wanted));
  if (ours === undefined) return [];
  const { before, after } = ours;
  const grown = ours.bytesPerSwap - Math.max(0, raw?.bytesPerSwap ?? 0);
  const detached = after.detached - before.detached;
  const [nodes, listeners] = [after.nodes - before.nodes, after.listeners - before.listeners];
  return [
    atMost("1,000 swaps: no detached node is left", detached, 0, `${detached}`),
    atMost("1,000 swaps: no node and no listener more", Math.max(nodes, listeners), 0, `${nodes} and ${listeners}`),
    atMost(
      `1,000 swaps: heap does not grow (${NO_GROWTH} bytes per swap, less those without a client)`,
      grown,
      NO_GROWTH,
      `${grown.toFixed(0)} bytes`,
    ),
  ];
}

// what is done when an element is first used counts: the more of the two
function elementTarget({ bytes, usedBytes }) {
  const most = Math.max(bytes, usedBytes);
  return atMost(
    "1,000 elements, each used once, take less than 1 MiB",
    most,
    MEBIBYTE,
    `${(most / 1024).toFixed(1)} KiB`,
  );
}

function partialTargets(partial) {
  if (partial === undefined) return [];
  const ms = medianOf(partial.samples);
  const savings = partial.replies
    .filter(({ isJudged }) => isJudged)
    .map(({ name, bytes }) => {
      const saved = 1 - bytes / partial.page.bytes;
      const value = `${(saved * 100).toFixed(1)} %`;
      return {
        target: `${name}: ${SAVING * 100} % fewer bytes than the page`,
        value,
        met: saved >= SAVING,
        miss: `by ${((SAVING - saved) * 100).toFixed(0)} %`,
      };
    });
  return [
    atMost(`a partial of 50 rows on the server under ${PARTIAL_MS} ms`, ms, PARTIAL_MS, `${ms.toFixed(3)} ms`),
    ...savings,
  ];
}

function sizeTarget({ name, bytes }) {
  return atMost(
    `${name}: under ${LIMITS[name].toLocaleString("en-US")} bytes minified`,
    bytes,
    LIMITS[name] - 1,
    `${bytes.toLocaleString("en-US")} bytes`,
  );
}

function atMost(target, value, limit, text) {
  const miss = limit === 0 ? `by ${value.toFixed(0)}` : `by ${((value / limit - 1) * 100).toFixed(0)} %`;
  return { target, value: text, met: value <= limit, miss };
}

/** A ratio with its interval. */
export function ratioText({ median, low, high }) {
  return `${median.toFixed(2)} (${Number.isFinite(high) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "too few rounds"})`;
}
