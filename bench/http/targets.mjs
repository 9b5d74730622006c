// What busbar is to reach over sockets, and how far it came. A target holds when the 95 % interval of the ratio
// lies above it, on each case by itself.
import { medianOf } from "../measure.mjs";
import { timeRatio } from "./interval.mjs";
import { NAMES } from "./names.mjs";

const SHARE = 0.97;
const EXPRESS_LEAD = 5;
const STATIC_BYTES = 100;
const PARAM_BYTES = 200;
const MIDDLEWARE_BYTES = 120;

const RATIOS = [
  { ours: NAMES.node, theirs: NAMES.bare, wanted: SHARE, text: `at least ${SHARE} of ${NAMES.bare}` },
  { ours: NAMES.node, theirs: NAMES.fastify, wanted: 1, text: `ahead of ${NAMES.fastify}` },
  {
    ours: NAMES.inFront,
    theirs: NAMES.express,
    wanted: EXPRESS_LEAD,
    text: `${EXPRESS_LEAD} times express's own route`,
  },
  // "no slower" cannot be shown of two that are equal: what can is that a loss, if any, is below 3 %
  { ours: NAMES.behind, theirs: NAMES.express, wanted: SHARE, text: "no slower than express alone (within 3 %)" },
  { ours: NAMES.under, theirs: NAMES.raw, wanted: SHARE, text: `at least ${SHARE} of a raw handler there` },
  { ours: NAMES.onFastify, theirs: NAMES.fastify, wanted: SHARE, text: `at least ${SHARE} of the host's own route` },
  { ours: NAMES.onKoa, theirs: NAMES.koa, wanted: SHARE, text: `at least ${SHARE} of the host's own route` },
];

/** One row for each target and case that was measured. */
export function judge({ cases, pipeline }) {
  const overSockets = RATIOS.flatMap((target) => cases.map((one) => judgeRatio(target, one)));
  return [...overSockets, ...judgeBytes(pipeline)].filter((verdict) => verdict !== undefined);
}

function judgeRatio({ ours, theirs, wanted, text }, { name, subjects }) {
  const [mine, other] = [ours, theirs].map((one) => subjects.find((subject) => subject.name === one));
  if (mine === undefined || other === undefined) return undefined;
  const ratio = timeRatio(mine, other);
  const miss = ratio.high < wanted ? `by ${((1 - ratio.mean / wanted) * 100).toFixed(0)} %` : "not shown";
  return { target: `${ours}: ${text}, ${name}`, value: ratioText(ratio), met: ratio.low > wanted, miss };
}

/** A ratio with its interval. */
export function ratioText({ mean, low, high }) {
  const interval = Number.isFinite(high) ? `${low.toFixed(3)}–${high.toFixed(3)}` : "one start";
  return `${mean.toFixed(3)} (${interval})`;
}

/** The median rate of a subject. */
export function rateOf({ rounds }) {
  return medianOf(rounds.map(({ perSecond }) => perSecond));
}

function judgeBytes(pipeline) {
  const bytesOf = (name) => pipeline.find((one) => one.name === name)?.subjects[0]?.bytes;
  const fixed = bytesOf("static route");
  const added = ["1 sync middleware", "5 sync middlewares"].map((name) => bytesOf(`static route, ${name}`));
  const rows = [
    ["static route", fixed, STATIC_BYTES],
    ["one param", bytesOf("one param"), PARAM_BYTES],
    ["1 sync middleware, over none", difference(added[0], fixed), MIDDLEWARE_BYTES],
    ["5 sync middlewares, over none", difference(added[1], fixed), MIDDLEWARE_BYTES],
  ];
  return rows.map(([name, bytes, limit]) => {
    if (bytes === undefined) return undefined;
    const miss = `by ${((bytes / limit - 1) * 100).toFixed(0)} %`;
    const target = `pipeline without I/O: at most ${limit} bytes per request, ${name}`;
    return { target, value: `${bytes.toFixed(0)} bytes`, met: Math.round(bytes) <= limit, miss };
  });
}

function difference(a, b) {
  return a === undefined || b === undefined ? undefined : a - b;
}
