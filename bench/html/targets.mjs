// What html`` and its relatives are to reach, and how far they came. A target of a page holds for each of its variants:
// the worst one counts.
import { medianNs, ratio } from "../compare.mjs";
import { VARIANTS } from "./data.mjs";

const HTML = "html``";
const LEASE = "html``, lease";
const JSX = "busbar JSX";
const PRECOMPILED = "busbar JSX precompiled";
const KITA = "@kitajs/html";
const GOX = "GoX design";
const PEERS = ["tagged", "jsx", "compiled"];
const OUTPUTS = { bytes: "to bytes", text: "to a flat string" };
const CEILING_SHARE = 0.85;
const KITA_SHARE_OF_JSX = 0.9;
const PRECOMPILED_SHARE = 0.9;
const GOX_LEAD = 10;
const GOX_BYTES = 0.1;
const GOX_BYTES_LEASE = 0.05;
const LEADS = {
  "2 KiB": { kita: 2.5, tagged: 1.1, marko: 1.5 },
  "20 KiB": { kita: 5, tagged: 1.4, marko: 1.5 },
  "170 KiB": { kita: 5, tagged: 2.5, marko: 2 },
};
const STREAM_LIMITS = [
  { name: "renderToStream", page: "20 KiB", limit: 1.7 },
  { name: "renderToStream", page: "170 KiB", limit: 1.5 },
  { name: "renderToNode, writable", page: "20 KiB", limit: 1.3 },
  { name: "renderToNode, writable", page: "170 KiB", limit: 1.3 },
];

/** One row for each target that was measured. */
export function judge(area, measured) {
  return [
    ...measured.pages.flatMap((page) => pageTargets(area, page)),
    ...STREAM_LIMITS.map((one) => streamTarget(measured, one)),
  ].filter((verdict) => verdict !== undefined);
}

function pageTargets(area, page) {
  const leads = LEADS[page.page];
  const lead = (output, wanted, groupOrName, text) =>
    worst(area, page, { output, ours: HTML, rivals: groupOrName, wanted, text: `${text}, ${OUTPUTS[output]}` });
  return [
    ...Object.keys(OUTPUTS).flatMap((output) => [
      lead(output, leads.kita, [KITA], `${HTML} ${leads.kita} times as fast as ${KITA}`),
      lead(output, leads.tagged, "tagged", `${HTML} ${leads.tagged} times as fast as the fastest tagged peer`),
      lead(output, leads.marko, ["Marko 6"], `${HTML} ${leads.marko} times as fast as Marko`),
      lead(output, CEILING_SHARE, ["hand-written"], `${HTML} at ${CEILING_SHARE} of the hand-written ceiling`),
      lead(output, 1, PEERS, `${HTML} faster than every peer`),
    ]),
    worst(area, page, {
      ours: JSX,
      rivals: [KITA],
      wanted: KITA_SHARE_OF_JSX,
      text: `${JSX} at ${KITA_SHARE_OF_JSX} of ${KITA}`,
    }),
    worst(area, page, {
      ours: PRECOMPILED,
      rivals: [HTML],
      wanted: PRECOMPILED_SHARE,
      text: `${PRECOMPILED} at ${PRECOMPILED_SHARE} of ${HTML}`,
    }),
    worst(area, page, {
      ours: HTML,
      rivals: [GOX],
      wanted: GOX_LEAD,
      text: `${HTML} ${GOX_LEAD} times as fast as the ${GOX}`,
    }),
    worst(area, page, {
      ours: LEASE,
      rivals: [GOX],
      wanted: GOX_LEAD,
      text: `${LEASE}: ${GOX_LEAD} times as fast as the ${GOX}`,
    }),
    allocation(page, HTML, GOX_BYTES),
    allocation(page, LEASE, GOX_BYTES_LEASE),
  ];
}

// The rival of a variant is the fastest of those named; the variant where ours leads least is the one that counts.
function worst(area, page, { output = "bytes", ours, rivals, wanted, text }) {
  const found = VARIANTS.flatMap(({ name }) => {
    const key = `${output}, ${name}`;
    const mine = sampled(page, ours, key);
    const rival = fastestOf(area, page, rivals, key);
    return mine === undefined || rival === undefined ? [] : [{ variant: name, rival, ...ratio(rival, mine) }];
  });
  if (found.length === 0) return undefined;
  const least = found.reduce((a, b) => (a.median <= b.median ? a : b));
  const most = found.reduce((a, b) => (a.median >= b.median ? a : b));
  const named = Array.isArray(rivals) && rivals.length === 1 ? "" : `, ${least.rival.name}`;
  return {
    target: `${text}: ${page.page}`,
    value: `${least.median.toFixed(2)} (${least.low.toFixed(2)}–${least.high.toFixed(2)}) at ${least.variant}${named}; up to ${most.median.toFixed(2)}`,
    met: least.median >= wanted,
    miss: `by ${((1 - least.median / wanted) * 100).toFixed(0)} %`,
  };
}

/** A subject's rounds for one output and variant. */
export function sampled(page, name, key) {
  const samples = page.subjects.find((one) => one.name === name)?.samples[key];
  return samples === undefined ? undefined : { name, samples };
}

/** The fastest of some names, or of the groups of the area that are named. */
export function fastestOf(area, page, names, key) {
  const groups = typeof names === "string" ? [names] : names;
  const candidates = page.subjects.filter(
    ({ name }) => groups.includes(name) || groups.includes(area.subjects[name].group),
  );
  return candidates
    .map(({ name }) => sampled(page, name, key))
    .filter((one) => one !== undefined)
    .reduce((a, b) => (a && medianNs(a) <= medianNs(b) ? a : b), undefined);
}

function allocation(page, name, limit) {
  const bytesOf = (subject) => page.subjects.find((one) => one.name === subject)?.allocated;
  const [ours, theirs] = [bytesOf(name), bytesOf(GOX)];
  if (ours === undefined || theirs === undefined) return undefined;
  const shares = Object.keys(ours).map((variant) => ours[variant] / theirs[variant]);
  const share = Math.max(...shares);
  return atMost(
    `${name} allocates at most ${limit * 100} % of the bytes of the ${GOX}: ${page.page}`,
    share,
    limit,
    `${(share * 100).toFixed(1)} %`,
  );
}

function streamTarget({ streams }, { name, page, limit }) {
  const one = streams.cases?.find(({ kind, page: own }) => kind === "ready" && own === page);
  const subjectOf = (wanted) => one?.subjects.find((subject) => subject.name === wanted);
  const [ours, whole] = [subjectOf(name), subjectOf("renderToBytes")];
  if (ours === undefined || whole === undefined) return undefined;
  const { median, low, high } = ratio(ours, whole);
  const value = `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  return atMost(`${name} takes at most ${limit} times as long as renderToBytes: ${page}`, median, limit, value);
}

function atMost(target, value, wanted, text) {
  return { target, value: text, met: value <= wanted, miss: `by ${((value / wanted - 1) * 100).toFixed(0)} %` };
}
