/** What gives a page piece by piece, until there is none. */
interface Pieces {
  pull(): string | undefined | Promise<string | undefined>;
}

/** All of a page that is rendered at once: a promise only if one of its holes is. */
export function textOf(rendering: Pieces): string | Promise<string> {
  let text = "";
  for (;;) {
    const piece = rendering.pull();
    if (piece === undefined) return text;
    if (typeof piece === "string") text += piece;
    else return piece.then((first) => restOf(rendering, text + (first ?? "")));
  }
}

async function restOf(rendering: Pieces, start: string): Promise<string> {
  let text = start;
  for (let piece = await rendering.pull(); piece !== undefined; piece = await rendering.pull()) text += piece;
  return text;
}
