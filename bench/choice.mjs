// What a run was asked for: how many rounds, which subjects, and which of its cases by a part of their names.
export function choose(area, options, roundsByDefault) {
  const names = (options.subjects ?? Object.keys(area.subjects).join(";")).split(/[;,](?! )/);
  const unknown = names.find((name) => area.subjects[name] === undefined);
  if (unknown !== undefined) throw new Error(`no subject "${unknown}"`);
  return {
    rounds: options.check ? 0 : Number(options.rounds ?? roundsByDefault),
    names,
    wants: (name) => name.includes(options.case ?? ""),
  };
}
