// What the router is to reach, and how far it came.
import { fastest, medianNs, ratio, resultOf } from "../compare.mjs";
import { FOUR_SEGMENTS } from "./requests.mjs";
import { GENERATED } from "./tables.mjs";

const TREE = "busbar";
const COMPILED = "busbar compiled";
const NO_CODE = "busbar compiled, no eval";
const NO_CODE_SHARE = 2;
const PEERS = ["interpreted", "compiled"];
const COMPILED_LEAD = 1.5;
const TREE_LEAD = 1.4;
const TREE_FROM = 203;
const CEILING_SHARE = 0.8;
const HEAP_SHARE = 0.25;
const FLAT = 1.5;
const NO_BYTES = 0.5; // the measuring loop's own noise, per find

/** One row for each target and table that was measured. */
export function judge(area, measured) {
  const mixed = measured.cases.filter(({ kind }) => kind === "mixed");
  return [
    ...mixed.map((one) => lead(area, one, COMPILED, PEERS, COMPILED_LEAD)),
    ...mixed.map((one) => ceiling(one)),
    ...measured.cases.filter(({ kind }) => kind === "static" || kind === "misses").map((one) => allocations(one)),
    ...measured.tables.map((one) => heap(one, COMPILED)),
    ...measured.tables.map((one) => heap(one, TREE)),
    flat(measured, COMPILED),
    ...mixed.map((one) => withoutCode(one)),
    ...mixed
      .filter(({ table }) => area.sizeOf(table) >= TREE_FROM)
      .map((one) => lead(area, one, TREE, ["interpreted"], TREE_LEAD)),
  ].filter((verdict) => verdict !== undefined);
}

function lead(area, one, name, groups, wanted) {
  const ours = resultOf(one, name);
  const peer = fastest(area, one, groups);
  if (ours === undefined || peer === undefined) return undefined;
  const { median, low, high } = ratio(peer, ours);
  return atLeast(
    `${name} at least ${wanted} times as fast as the fastest ${groups.length > 1 ? "" : `${groups[0]} `}peer: ${one.name}`,
    median,
    wanted,
    `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}), ${peer.name}`,
  );
}

function ceiling(one) {
  const ours = resultOf(one, COMPILED);
  const hand = resultOf(one, "hand-written");
  if (ours === undefined || hand === undefined) return undefined;
  const { median, low, high } = ratio(hand, ours);
  const value = `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  return atLeast(
    `${COMPILED} at ${CEILING_SHARE} of the hand-written ceiling: ${one.name}`,
    median,
    CEILING_SHARE,
    value,
  );
}

function allocations(one) {
  const ours = resultOf(one, COMPILED);
  if (ours?.bytes === undefined) return undefined;
  return {
    target: `${COMPILED} allocates nothing: ${one.name}`,
    value: `${Math.max(0, ours.bytes).toFixed(1)} bytes`,
    met: ours.bytes < NO_BYTES,
    miss: `by ${ours.bytes.toFixed(1)} bytes`,
  };
}

function heap(one, name) {
  const ours = resultOf(one, name);
  const theirs = resultOf(one, "find-my-way");
  if (ours === undefined || theirs === undefined) return undefined;
  const target = `${name} keeps at most ${HEAP_SHARE * 100} % of find-my-way's heap: ${one.table}`;
  return atMost(target, ours.bytes / theirs.bytes, HEAP_SHARE, (share) => `${(share * 100).toFixed(1)} %`);
}

function flat(measured, name) {
  const times = GENERATED.map((table) => {
    const subject = resultOf(
      measured.cases.find((one) => one.table === table && one.kind === FOUR_SEGMENTS),
      name,
    );
    return subject && medianNs(subject);
  });
  if (times.includes(undefined)) return undefined;
  const sizes = `${times.map((ns) => ns.toFixed(0)).join(" / ")} ns`;
  const target = `${name} flat within ${FLAT} from 203 to 10,000 routes: hits of four segments, one rule`;
  const verdict = atMost(target, Math.max(...times) / Math.min(...times), FLAT, (share) => share.toFixed(2));
  return { ...verdict, value: `${verdict.value}: ${sizes}` };
}

function withoutCode(one) {
  const ours = resultOf(one, COMPILED);
  const plain = resultOf(one, NO_CODE);
  if (ours === undefined || plain === undefined) return undefined;
  const { median } = ratio(plain, ours);
  return atMost(`${NO_CODE} within ${NO_CODE_SHARE} of ${COMPILED}: ${one.name}`, median, NO_CODE_SHARE, (share) =>
    share.toFixed(2),
  );
}

function atLeast(target, value, wanted, text) {
  return { target, value: text, met: value >= wanted, miss: `by ${((1 - value / wanted) * 100).toFixed(0)} %` };
}

function atMost(target, value, wanted, format) {
  return {
    target,
    value: format(value),
    met: value <= wanted,
    miss: `by ${((value / wanted - 1) * 100).toFixed(0)} %`,
  };
}
