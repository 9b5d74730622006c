// The Markdown of bench/results/sync.md.
import { renderBars } from "../http/bars.mjs";
import { row } from "../report.mjs";

const OURS = "busbar/sync";
const SAME = "busbar/sync, not synced";

export function renderReport(area, measured, facts) {
  const { size, bare } = facts;
  const ms = (value) => value.toFixed(value < 10 ? 2 : 1);
  const lines = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · Node ${facts.node} · ${facts.cpu} · \`${facts.command}\` · medians of ${size.rounds} rounds, subjects one after the other in each`,
    "",
    "One server process, and one process with all clients: each package's own client, over `ws` without compression. The document is the text of the editing trace automerge-paper (B4), made by its 259,778 edits. A text that differs from the trace's ends the run.",
    "",
    ...measured.map(({ name, note }) => `- **${name}**: ${note}.`),
    "",
    ...table(
      "## Targets",
      ["Target", "measured", ""],
      judge(measured, bare).map(({ target, value, met }) => [target, value, met ? "met" : "**MISSED**"]),
    ),
    ...table(
      "## Join and restart",
      ["", "document, kB", "join, ms", "new process to whole document, ms"],
      measured.map(({ name, bytes, joinMs, restartMs }) => [
        name,
        (bytes / 1000).toFixed(0),
        ms(joinMs),
        ms(restartMs),
      ]),
    ),
    ...table(
      "## One edit, until all have it (p50 / p99, ms)",
      ["", ...size.sizes.map((count) => `${count} clients`)],
      measured.map(({ name, edits }) => [name, ...edits.map(({ p50, p99 }) => `${ms(p50)} / ${ms(p99)}`)]),
    ),
    ...table(
      `## ${size.perSecond} edits a second to ${size.sizes.at(-1)} clients`,
      [
        "",
        "edits",
        "deliveries",
        "p50, ms",
        "p99, ms",
        "server, ms of CPU",
        "deliveries per server CPU second",
        "edits per server CPU second",
      ],
      measured.map(({ name, load }) => [
        ...[name, load.edits, load.deliveries, ms(load.p50), ms(load.p99), load.serverCpuMs.toFixed(0)],
        ...[
          Math.round(load.perCpuSecond).toLocaleString("en-US"),
          Math.round(load.editsPerCpuSecond).toLocaleString("en-US"),
        ],
      ]),
    ),
    ...table(
      "## Memory of the server",
      ["", "open document, kB", "idle connection, KiB"],
      [
        ...measured.map(({ name, perDocument, perConnection }) => [
          name,
          (perDocument / 1000).toFixed(0),
          (perConnection / 1024).toFixed(1),
        ]),
        ["ws alone", "", (bare / 1024).toFixed(1)],
      ],
    ),
    "![Deliveries per server CPU second](sync.svg)",
    "",
    "![Joining a B4-sized document](sync-join.svg)",
    "",
  ];
  return `${lines.join("\n")}`;
}

/** What the issue asks. Rivals that are not there are not judged. */
export function judge(measured, bare) {
  const ours = measured.find(({ name }) => name === OURS);
  const same = measured.find(({ name }) => name === SAME) ?? ours;
  if (ours === undefined) return [];
  const rivals = measured.filter(({ name }) => !name.startsWith(OURS));
  const verdicts = rivals.flatMap((rival) => {
    const times = (mine, theirs, least, what) => ({
      target: `${what}, ${rival.name}`,
      value: `${(theirs / mine).toFixed(2)}x`,
      met: theirs / mine >= least,
    });
    const single = ours.edits.map(({ count, p50 }, index) => ({
      target: `a single edit to ${count} clients no later (p50; not synced, as the rival is), ${rival.name}`,
      value: `${(same.edits[index].p50).toFixed(2)} against ${rival.edits[index].p50.toFixed(2)} ms (synced: ${p50.toFixed(2)})`,
      met: same.edits[index].p50 <= rival.edits[index].p50,
    }));
    return [
      times(ours.joinMs, rival.joinMs, 5, "join at least 5x faster"),
      times(1 / ours.load.perCpuSecond, 1 / rival.load.perCpuSecond, 2, "deliveries per server CPU second at least 2x"),
      {
        target: `p99 under load no worse, ${rival.name}`,
        value: `${ours.load.p99.toFixed(1)} against ${rival.load.p99.toFixed(1)} ms`,
        met: ours.load.p99 <= rival.load.p99,
      },
      ...single,
      times(ours.perDocument, rival.perDocument, 2, "memory of an open document at most half"),
    ];
  });
  const over = (ours.perConnection - bare) / 1024;
  return [
    ...verdicts,
    { target: "an idle connection at most ws alone plus 4 KiB", value: `plus ${over.toFixed(1)} KiB`, met: over <= 4 },
  ];
}

export function plots(measured) {
  const group = (name) => (name.startsWith(OURS) ? "ours" : "peers");
  const bars = (figure) => measured.map((one) => ({ name: one.name, group: group(one.name), value: figure(one) }));
  return new Map([
    [
      "sync.svg",
      renderBars(
        "Deliveries per server CPU second, 200 clients",
        bars(({ load }) => load.perCpuSecond),
      ),
    ],
    [
      "sync-join.svg",
      renderBars(
        "Joining a B4-sized document, µs",
        bars(({ joinMs }) => joinMs * 1000),
      ),
    ],
  ]);
}

function table(title, head, rows) {
  return [title, "", row(head), row(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(row), ""];
}
