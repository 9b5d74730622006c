// What is to be reached, and what was. A figure reaches its target when its whole 95 % interval does.
//
// Of a case:   { text, atLeast, peer: name | "fastest peer", ours? }            the peer's time over ours
//              { text, nsAtMost | opsAtLeast | bytesPerSecondAtLeast, ours? }    ours alone
// Of a part:   { text, atLeast, peer, ours?, cases: (name) => boolean }          the geometric mean over cases; `each: true`: the worst of them
// `aim: true` marks a figure that was once set for the long list: printed beside the others, and nothing depends on it.
import { leads, meanRatio, medianTime, ratioOf, samplesOf } from "./compare.mjs";
import { oursOf } from "./parts.mjs";

export const FASTEST = "fastest peer";
const NS_PER_S = 1e9;

/** One verdict for each target whose subjects were timed: `{ part, target, value, met, miss, aim }`. */
export function judge(part, { cases, verdicts = [] }) {
  const ofCases = cases.flatMap((one) => (one.targets ?? []).flatMap((target) => judgeCase(one, target)));
  const ofPart = (part.targets ?? []).flatMap((target) => judgeCases(cases, target));
  return [...ofCases, ...ofPart, ...verdicts].map((verdict) => ({ part: part.name, aim: false, miss: "", ...verdict }));
}

function judgeCase(one, target) {
  const ours = target.ours ?? oursOf(one)[0];
  if (target.atLeast !== undefined) {
    const rival = rivalOf(one, target, ours);
    if (rival === undefined) return [];
    const value = `${ratioText(rival.ratio)} of ${rival.name}`;
    return [{ target: target.text, value, aim: target.aim === true, ...verdictOf(rival.ratio, target.atLeast) }];
  }
  const samples = samplesOf(one, ours);
  if (samples === undefined) return [];
  const bytes = one.subjects.find(({ name }) => name === ours).bytes;
  return [{ target: target.text, aim: target.aim === true, ...absolute(target, medianTime(samples), bytes) }];
}

function judgeCases(cases, target) {
  const chosen = cases.filter(({ name }) => target.cases(name));
  const oursIn = (one) => target.ours ?? oursOf(one)[0];
  if (chosen.length === 0) return [];
  const aim = target.aim === true;
  if (target.each) {
    const all = chosen.map((one) => ({ one, rival: rivalOf(one, target, oursIn(one)) }));
    if (all.some(({ rival }) => rival === undefined)) return [];
    const [worst] = all.toSorted((a, b) => a.rival.ratio.median - b.rival.ratio.median);
    const below = all.filter(({ rival }) => rival.ratio.low < target.atLeast).length;
    const value = `worst: ${worst.one.name}, ${ratioText(worst.rival.ratio)} of ${worst.rival.name}`;
    return [{ target: target.text, value, aim, met: below === 0, miss: `in ${below} of ${all.length}` }];
  }
  const ratio = meanRatio(chosen, (one) => rivalOf(one, target, oursIn(one))?.name, oursIn);
  if (ratio === undefined) return [];
  const value = `${ratioText(ratio)}, geometric mean of ${chosen.length}`;
  return [{ target: target.text, value, aim, ...verdictOf(ratio, target.atLeast) }];
}

function rivalOf(one, { peer }, ours) {
  if (peer === FASTEST) return leads(one, ours)[0];
  const ratio = ratioOf(one, peer, ours);
  return ratio === undefined ? undefined : { name: peer, ratio };
}

function verdictOf({ median, low }, atLeast) {
  if (low >= atLeast) return { met: true, miss: "" };
  return { met: false, miss: median >= atLeast ? "not shown" : `by ${percent(1 - median / atLeast)}` };
}

function absolute(target, time, bytes) {
  if (target.nsAtMost !== undefined) {
    const { met, miss } = verdictOf(inverse(time, 1), 1 / target.nsAtMost);
    return { value: `${figure(time.median)} ns (${figure(time.low)}–${figure(time.high)})`, met, miss };
  }
  const { scale, unit, least } =
    target.opsAtLeast === undefined
      ? { scale: (NS_PER_S * bytes) / 1e9, unit: "GB/s", least: target.bytesPerSecondAtLeast / 1e9 }
      : { scale: NS_PER_S / 1e6, unit: "M/s", least: target.opsAtLeast / 1e6 };
  const speed = inverse(time, scale);
  const value = `${figure(speed.median)} ${unit} (${figure(speed.low)}–${figure(speed.high)})`;
  return { value, ...verdictOf(speed, least) };
}

function inverse({ median, low, high }, scale) {
  return { median: scale / median, low: scale / high, high: scale / low };
}

/** A ratio with its interval. */
export function ratioText({ median, low, high }) {
  return `${median.toFixed(2)} (${Number.isFinite(high) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "too few rounds"})`;
}

/** Three digits. */
export function figure(value) {
  if (!Number.isFinite(value)) return "∞";
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(value >= 10 ? 1 : 2);
}

function percent(share) {
  return `${Math.ceil(share * 100 - 1e-9)} %`;
}
