// The Markdown of bench/results/live-load.md.
import { renderBars } from "../http/bars.mjs";
import { row } from "../report.mjs";
import { judge, withFalling } from "./targets.mjs";

const PLOT = "live-load.svg";
const US_PER_MS = 1000;

export function renderReport(area, measured, facts) {
  const { load } = facts;
  const alone = measured.find(({ kind }) => kind === "ws");
  const lines = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · Node ${facts.node} · ${facts.cpu} · \`${facts.command}\``,
    "",
    `${number(load.sessions)} sessions are connected over loopback and idle but for a PING every 25 s each; ${number(load.active)} more get ${number(load.perSecond)} clicks a second together, for ${load.ms / 1000} s. The load comes from a second process, which shares the machine's cores with the first. Latency is taken from before the event is written to after its patch was read and decoded, and so has both processes' turns in it. What ws alone takes, with the same sockets and an answer to each message, stands beside it.`,
    "",
    ...table(
      "## Targets",
      ["Target", "measured", ""],
      judge(measured, load).map(({ target, value, met, miss }) => [target, value, met ? "met" : `**MISSED** ${miss}`]),
    ),
    ...table(
      "## Event to patch",
      [
        "",
        "idle",
        "events",
        "answered",
        "p50, ms",
        "p90",
        "p99",
        "worst",
        "server, % of a core",
        "generator, % of a core",
        "generator at most late, ms",
        "server's loop at most late, ms",
      ],
      measured
        .flatMap(withFalling)
        .map(({ name, count, loaded, cpuShare, clientShare, lagMs }) => [
          ...[name, number(count), number(loaded.events), number(loaded.answers)],
          ...[loaded.p50, loaded.p90, loaded.p99, loaded.max].map((ms) => ms.toFixed(2)),
          ...[percent(cpuShare), percent(clientShare), loaded.lateMs.toFixed(1), lagMs.toFixed(1)],
        ]),
    ),
    ...measured.flatMap(({ name, waking }) => {
      if (waking === undefined) return [];
      const { events, p50, p99 } = waking;
      return [
        `${name}: before that, the first event of each, which wakes it: ${number(events)} at 100 a second, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms.`,
        "",
      ];
    }),
    `![Event to patch, µs at p99](${PLOT})`,
    "",
    ...table(
      "## Memory and connecting",
      [
        "",
        "what",
        "heap and beside it, KiB a session",
        "of it beyond ws",
        "resident, KiB a session",
        "resident in all, MiB",
        "page, upgrade and join, sessions/s",
      ],
      measured.map(({ name, note, count, keptKib, rssKib, rssMib, connectMs }) => [
        ...[name, note, keptKib.toFixed(1), alone === undefined ? "–" : (keptKib - alone.keptKib).toFixed(1)],
        ...[rssKib.toFixed(1), number(rssMib), number(count / (connectMs / 1000))],
      ]),
    ),
    ...measured.flatMap(({ name, failures }) => (failures.length === 0 ? [] : [`${name}: ${failures[0]}.`, ""])),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** The plot beside it. */
export function plots(measured) {
  const bars = measured.map(({ name, kind, loaded }) => ({
    ...{ name, group: kind === "ws" ? "ceiling" : "ours" },
    value: loaded.p99 * US_PER_MS,
  }));
  return [[PLOT, renderBars("Live under load: µs from event to patch, p99", bars)]];
}

function table(heading, head, rows) {
  return rows.length === 0 ? [] : [heading, "", row(head), row(head.map(() => "---")), ...rows.map(row), ""];
}

const number = (value) => Math.round(value).toLocaleString("en-US");
const percent = (share) => `${(share * 100).toFixed(1)} %`;
