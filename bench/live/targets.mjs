// What the issue asks for, and what was measured. Times are judged by their median, with the interval of the sign test beside it: a target is met when the whole interval is.
import { medianRatio } from "../interval.mjs";
import { medianOf } from "../measure.mjs";
import { OURS, WIRE_NAMES } from "./names.mjs";

const NS_PER_US = 1000;

/** One verdict for each target whose figures are there: `{ target, value, met, miss }`. */
export function judge({ wire, changes, memory, browser }) {
  return [...ofWire(wire), ...ofChanges(changes), ...ofMemory(memory), ...ofBrowser(browser)];
}

function ofWire(captures) {
  const ours = captures.filter(({ name }) => Object.values(WIRE_NAMES).includes(name));
  return ours.flatMap((one) => {
    if (one.actions.length === 0) return [];
    const action = (name) => one.actions.find((candidate) => candidate.action === name);
    // the issue counts numbers below 128; what larger ones take is subtracted, and said
    const down = (name) => ({ bytes: action(name).down, large: action(name).large });
    const insert = (name) => ({ ...down(name), text: action(name).text });
    const most = (target, limit, found) => atMost(`${one.name}: ${target}`, limit, found);
    return [
      most("click, 6 B", 6, { bytes: action("click").up, large: 0 }),
      most("reply to it, 10 B", 10, down("click")),
      most("render that changes nothing, 3 B", 3, down("nothing")),
      ...["head", "middle", "tail"].map((name) => most(`insert at the ${name}, 17 B and the text`, 17, insert(name))),
      most("move, 12 B", 12, down("move")),
      most("swap, 12 B", 12, down("swap")),
      most("shuffle, 1,150 B", 1150, down("shuffle")),
      most("HELLO and ADOPT together, 70 B", 70, { bytes: one.join.up + one.join.down, large: 0 }),
      mountVerdict(one),
    ];
  });
}

function atMost(target, limit, { bytes, large, text = 0 }) {
  const rest = bytes - large - text;
  const less = [large > 0 ? `${large} for numbers from 128` : "", text > 0 ? `${text} of text` : ""].filter(Boolean);
  const value = less.length === 0 ? `${bytes} B` : `${bytes} B: ${rest} and ${less.join(", ")}`;
  return { target, value, ...verdict(rest, limit) };
}

function mountVerdict({ name, mount, mountPlain }) {
  const isSmaller = mount.down < mountPlain / 2;
  return {
    target: `${name}: MOUNT over 1 KiB deflated`,
    value: `${mount.down} B, plain ${mountPlain} B`,
    met: mountPlain <= 1024 || isSmaller,
    miss: "it travels as it is",
  };
}

function ofChanges(cases) {
  const one = cases.find(({ name }) => name === "a text in a row");
  if (one === undefined) return [];
  const at = (kind, rows) => one.subjects.find((subject) => subject.kind === kind && subject.rows === rows);
  const within = (target, limitUs, subject) => {
    if (subject === undefined || subject.samples.length === 0) return [];
    const time = medianRatio(
      subject.samples,
      subject.samples.map(() => NS_PER_US),
    );
    return [{ target, value: `${time.median.toFixed(1)} µs (${interval(time)})`, ...judged(time, limitUs) }];
  };
  return [
    ...within("one change in 1,000 rows with deltas, event to bytes, under 5 µs", 5, at("collection", 1000)),
    ...within("one change in 100,000 rows with deltas, under 5 µs", 5, at("collection", 100_000)),
    ...within("one change in 1,000 rows without, under 40 µs", 40, at("plain", 1000)),
  ];
}

function judged({ median, high }, limit) {
  if (Number.isFinite(high) ? high < limit : median < limit) return { met: true, miss: "" };
  return { met: false, miss: median < limit ? "not shown" : `by ${percent(median / limit - 1)}` };
}

const interval = ({ low, high }) => (Number.isFinite(high) ? `${low.toFixed(1)}–${high.toFixed(1)}` : "too few rounds");

function ofMemory(results) {
  return results.flatMap(({ name, rows, samples }) => {
    const limit = name.startsWith("awake") ? 150 : name.startsWith("hibernated") ? 16 : undefined;
    if (limit === undefined || rows !== 1000) return [];
    const kib = medianOf(samples);
    return [{ target: `idle session, ${name}, ${limit} KiB`, value: `${kib.toFixed(1)} KiB`, ...verdict(kib, limit) }];
  });
}

function ofBrowser(patches) {
  const slowest = patches
    .map(({ patch, subjects }) => ({ patch, ms: medianOf(subjects.find(({ name }) => name === OURS).samples) }))
    .toSorted((a, b) => b.ms - a.ms)[0];
  if (slowest === undefined || Number.isNaN(slowest.ms)) return [];
  const value = `slowest: ${slowest.patch}, ${slowest.ms.toFixed(2)} ms`;
  return [{ target: "browser: any of these patches at 1,000 rows under 16 ms", value, ...verdict(slowest.ms, 16) }];
}

function verdict(found, limit) {
  return found <= limit ? { met: true, miss: "" } : { met: false, miss: `by ${percent(found / limit - 1)}` };
}

function percent(share) {
  return `${Math.ceil(share * 100 - 1e-9)} %`;
}
