// Turns samples into the Markdown of bench/results/.
import { medianOf, quantile } from "./measure.mjs";

export function renderReport(area, cases, facts) {
  const head = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · Node ${facts.node} · ${facts.cpu} · ${facts.rounds} rounds · \`${facts.command}\``,
    "",
    ...area.notes.flatMap((note) => [note, ""]),
    `Median, with the middle half of the rounds as spread. "Ratio" is the time compared with ${area.ours}: above 1 ${area.ours} is faster, below 1 it is slower.`,
    "",
  ];
  return `${[...head, ...summary(area, cases), ...cases.flatMap((one) => caseTable(area, one))].join("\n").trimEnd()}\n`;
}

function summary(area, cases) {
  const rows = cases.map((one) => {
    const ours = medianOf(find(one, area.ours).samples);
    const rivals = one.subjects.filter((subject) => subject.name !== area.ours);
    const best = rivals.reduce((a, b) => (medianOf(a.samples) <= medianOf(b.samples) ? a : b));
    const ratio = medianOf(best.samples) / ours;
    return `| ${one.name} | ${figure(ours)} | ${best.name} ${figure(medianOf(best.samples))} | ${ratio.toFixed(2)} |`;
  });
  return ["## Summary", "", `| Case | ${area.ours}, ns | best rival, ns | ratio |`, "|---|---|---|---|", ...rows, ""];
}

function caseTable(area, one) {
  const ours = medianOf(find(one, area.ours).samples);
  const rows = [...one.subjects]
    .sort((a, b) => medianOf(a.samples) - medianOf(b.samples))
    .map(({ name, samples, buildMs }) => {
      const median = medianOf(samples);
      const spread = `${figure(quantile(samples, 0.25))}–${figure(quantile(samples, 0.75))}`;
      const label = name === area.ours ? `**${name}**` : name;
      return `| ${label} | ${figure(median)} | ${spread} | ${(median / ours).toFixed(2)} | ${buildMs.toFixed(2)} |`;
    });
  const head = ["| Subject | ns per operation | p25–p75 | ratio | build, ms |", "|---|---|---|---|---|"];
  return [`## ${one.name}`, "", ...head, ...rows, ""];
}

function find(one, name) {
  const subject = one.subjects.find((candidate) => candidate.name === name);
  if (subject === undefined) throw new Error(`${one.name} was not run with ${name}`);
  return subject;
}

function figure(ns) {
  return ns >= 100 ? ns.toFixed(0) : ns.toFixed(1);
}
