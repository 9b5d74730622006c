// The Markdown of bench/results/live.md.
import { medianRatio } from "../interval.mjs";
import { medianOf, quantile } from "../measure.mjs";
import { row } from "../report.mjs";
import { LIVEVIEW } from "./liveview.mjs";
import { BROWSER_SUBJECTS, WIRE_NAMES } from "./names.mjs";
import { plotsOf } from "./plots.mjs";
import { ACTIONS } from "./rows.mjs";
import { judge } from "./targets.mjs";

const [COLLECTION, PLAIN] = Object.values(WIRE_NAMES);

/** What the actions and patches are called. */
export const TITLES = {
  ...{
    click: "click: the counter",
    nothing: "click that changes nothing",
    head: "row in at the head",
    middle: "row in in the middle",
  },
  ...{
    tail: "row in at the tail",
    change: "a text in a row",
    move: "last row to the front",
    swap: "two rows swapped",
    remove: "row out in the middle",
  },
  ...{ shuffle: "all rows shuffled", texts: "a text in every row" },
};

export function renderReport(area, measured, facts) {
  const browser = facts.browser === undefined ? "" : ` · ${facts.browser}`;
  const lines = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · Node ${facts.node}${browser} · ${facts.cpu} · ${facts.rounds} rounds · \`${facts.command}\``,
    "",
    ...area.notes.flatMap((note) => [note, ""]),
    ...targets(measured),
    ...wireSection(measured.wire, plotsOf(measured, "wire")),
    ...changeSection(measured.changes, plotsOf(measured, "change")),
    ...memorySection(measured.memory, plotsOf(measured, "memory")),
    ...browserSection(measured.browser, plotsOf(measured, "browser")),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function targets(measured) {
  const rows = judge(measured).map(({ target, value, met, miss }) => [
    target,
    value,
    met ? "met" : `**MISSED** ${miss}`,
  ]);
  return section("## Targets", [], ["Target", "measured", ""], rows);
}

function wireSection(captures, pictures) {
  if (captures.length === 0) return [];
  const [ours, plain] = [COLLECTION, PLAIN].map((name) => captures.find((one) => one.name === name));
  const others = captures.filter(({ isLive, isZipped }) => !isLive && !isZipped);
  const zipped = captures.filter(({ isZipped }) => isZipped);
  const notes = [
    "Captured at the sockets of Chromium, by a relay between it and the server; heads, masks and frame heads are counted where it says so, TCP and TLS are not. Each system runs here, in its documented way, on the same page; LiveView alone is not run: its figures are those of its published protocol, built by hand (research/live.md).",
    "Morphing sends all of the page and lets the browser find what has changed. Partials, streams and fragments name their targets: the server must know which rows to name, and gives them ids for it.",
    ours.firstZipped === undefined ? "" : `Shuffle: log2(1000!) is 1,066 bytes.`,
  ].filter(Boolean);
  return [
    ...section(
      "## Bytes on the wire",
      notes,
      ["", "document", "compressed", "then, to be live"],
      startRows(ours, others, zipped),
    ),
    ...pictures,
    ...messages(ours, plain, others),
    ...atSocket("### At the socket, both ways together", ours, others),
    ...atSocket("### At the socket, with compressed replies", ours, zipped),
  ];
}

function startRows(ours, others, zipped) {
  const { join, mount, mountPlain, firstZipped } = ours;
  const joined = `HELLO ${join.up}, ADOPT ${join.down}; a page that must be sent again: MOUNT ${number(mount.down)}, plain ${number(mountPlain)}`;
  return [
    [
      `**${ours.name}**`,
      number(ours.first.body),
      `${number(firstZipped.body)} (${firstZipped.coding || "as it is"})`,
      joined,
    ],
    [
      LIVEVIEW.name,
      number(LIVEVIEW.first.body),
      `${number(LIVEVIEW.first.zipped)} (gzip)`,
      `join reply ${number(LIVEVIEW.join.down)}, deflated ${number(LIVEVIEW.join.deflated)}`,
    ],
    ...others.map(({ name, first }) => {
      const compressed = zipped.find((one) => one.name === name)?.first;
      return [
        name,
        number(first.body),
        compressed === undefined ? "–" : `${number(compressed.body)} (${compressed.coding})`,
        "nothing",
      ];
    }),
  ];
}

function messages(ours, plain, others) {
  const head = [
    "What happened",
    `**${ours.name}**, event`,
    "its answer",
    LIVEVIEW.name,
    ...others.map(({ name }) => name),
  ];
  const rows = ACTIONS.map(({ name }) => {
    const mine = actionOf(ours, name);
    const theirs = LIVEVIEW.actions[name];
    const same = actionOf(plain, name)?.down === mine.down;
    const answer = same
      ? number(mine.down)
      : `${number(mine.down)} (plain rows: ${number(actionOf(plain, name).down)})`;
    const published = theirs === undefined ? "–" : `${number(theirs.down)}, deflated ${number(theirs.deflated)}`;
    return [TITLES[name], mine.up, answer, published, ...others.map((one) => number(actionOf(one, name).down))];
  });
  const acknowledged = Math.max(...ours.actions.map(({ acknowledgement }) => acknowledgement));
  const script = Math.max(...ours.actions.map((action) => action.script));
  const note = `Messages alone: payloads of WebSocket frames, bodies of HTTP replies. After a patch our client sends ${acknowledged} B more, unless its next event says it. The first patch that moves rows makes it load a script of ${number(script)} B, once; like the other systems' scripts it is not counted.`;
  return section("### Messages", [note], head, rows);
}

function atSocket(title, ours, others) {
  if (others.length === 0) return [];
  const rows = ACTIONS.map(({ name }) => [
    TITLES[name],
    number(actionOf(ours, name).socket),
    ...others.map((one) => number(actionOf(one, name).socket)),
  ]);
  return section(title, [], ["What happened", `**${ours.name}**`, ...others.map(({ name }) => name)], rows);
}

const actionOf = (capture, name) => capture?.actions.find(({ action }) => action === name);

function changeSection(cases, pictures) {
  if (cases.length === 0) return [];
  const notes = [
    "From the bytes of an event to the bytes of its patch, in process, without a network. Each subject runs in a process of its own, three times anew; rounds go through all of them in turn. A ratio is taken round by round; in brackets stands the 95 % interval of its median (sign test). `collection`: rows in a keyedList, whose deltas are followed; `plain`: an array, all of whose rows are rendered and compared.",
  ];
  const floor = cases.flatMap(({ subjects }) => subjects).find(({ kind }) => kind === "floor");
  if (floor !== undefined && floor.samples.length > 0) {
    notes.push(
      `In every figure: what the bench itself and a turn of microtasks take, ${us(medianOf(floor.samples))} µs.`,
    );
  }
  const rows = cases.flatMap(({ name, subjects }) => {
    const timed = subjects.filter(({ kind, samples }) => kind !== "floor" && samples.length > 0);
    return timed.map((one, at) => {
      const base = timed.find(({ kind, rows: count }) => kind === one.kind && count === 1000);
      const partner = timed.find(({ kind, rows: count }) => kind === "collection" && count === one.rows);
      return [
        at === 0 ? name : "",
        one.kind,
        number(one.rows),
        us(medianOf(one.samples)),
        `${us(quantile(one.samples, 0.25))}–${us(quantile(one.samples, 0.75))}`,
        base === undefined || base === one ? "" : ratio(one, base),
        partner === undefined || partner === one ? "" : ratio(one, partner),
      ];
    });
  });
  const head = ["Change", "rows in", "rows", "µs", "p25–p75", "over 1,000 rows", "over the collection"];
  return [...section("## Event to bytes", notes, head, rows), ...pictures];
}

function ratio(one, base) {
  const count = Math.min(one.samples.length, base.samples.length);
  const { median, low, high } = medianRatio(one.samples.slice(0, count), base.samples.slice(0, count));
  return `${median.toFixed(2)} (${Number.isFinite(high) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "too few rounds"})`;
}

function memorySection(results, pictures) {
  const note =
    "Heap and memory beside it, after the collector has run, of many sessions in one process, divided by their number; own rows included. The socket is apart: what the bench puts in its place is measured by itself and taken off. The smallest and largest of several divisions stand in brackets.";
  const rows = results.map(({ name, rows: count, samples }) => [
    name,
    number(count),
    `${medianOf(samples).toFixed(1)} (${Math.min(...samples).toFixed(1)}–${Math.max(...samples).toFixed(1)})`,
  ]);
  return [...section("## Memory of an idle session", [note], ["", "rows", "KiB"], rows), ...pictures];
}

function browserSection(patches, pictures) {
  if (patches.length === 0) return [];
  const notes = [
    "Chromium, headless, 1,000 rows in a table, each subject in a process of its own; rounds go through all of them in turn. First the milliseconds of script, then those until style and layout are done. Ours gets the bytes of a patch and has them decoded and applied; morphdom and idiomorph get the new page as text, with ids as keys; snabbdom renders the data to its nodes; udomdiff is by hand: nodes by their keys, texts set where they differ, and the list brought into order by it. In each round the patch is undone before the next.",
  ];
  const rows = patches.map(({ patch, subjects }) => [
    TITLES[patch],
    ...BROWSER_SUBJECTS.map((name) => {
      const { samples, totals } = subjects.find((one) => one.name === name);
      return samples.length === 0 ? "–" : `${medianOf(samples).toFixed(2)}, ${medianOf(totals).toFixed(1)}`;
    }),
  ]);
  const [ours, ...others] = BROWSER_SUBJECTS;
  const ratios = patches.flatMap(({ patch, subjects }) => {
    const mine = subjects.find(({ name }) => name === ours);
    if (mine.samples.length === 0) return [];
    return [
      [
        TITLES[patch],
        ...others.map((name) =>
          ratio(
            subjects.find((one) => one.name === name),
            mine,
          ),
        ),
      ],
    ];
  });
  return [
    ...section("## Patches in the browser", notes, ["Patch", `**${ours}**`, ...others], rows),
    ...section("### Script, over ours", [], ["Patch", ...others], ratios),
    ...pictures,
  ];
}

function section(heading, notes, head, rows) {
  if (rows.length === 0) return [];
  return [
    heading,
    "",
    ...notes.flatMap((note) => [note, ""]),
    row(head),
    row(head.map(() => "---")),
    ...rows.map(row),
    "",
  ];
}

const number = (value) =>
  value === undefined || Number.isNaN(value) ? "–" : Math.round(value).toLocaleString("en-US");
const us = (ns) => (ns / 1000).toFixed(ns >= 100_000 ? 0 : 1);
