/** What gives a page piece by piece, until there is none. */
interface Pieces<Piece> {
  pull(): Piece | undefined | Promise<Piece | undefined>;
}

/** All of a page that is rendered at once: a promise only if one of its holes is. */
export function textOf(rendering: Pieces<string>): string | Promise<string> {
  return wholeOf(rendering, (pieces) => (pieces.length === 1 ? (pieces[0] as string) : pieces.join("")), []); // cast: there is one
}

/** The same of a page that is written as bytes. */
export function bytesOf(rendering: Pieces<Uint8Array>): Uint8Array | Promise<Uint8Array> {
  return wholeOf(rendering, concatenated, []);
}

function wholeOf<Piece>(
  rendering: Pieces<Piece>,
  join: (pieces: Piece[]) => Piece,
  pieces: Piece[],
): Piece | Promise<Piece> {
  for (;;) {
    const piece = rendering.pull();
    if (piece === undefined) return join(pieces);
    if (piece instanceof Promise) return restOf(rendering, join, pieces, piece);
    pieces.push(piece);
  }
}

async function restOf<Piece>(
  rendering: Pieces<Piece>,
  join: (pieces: Piece[]) => Piece,
  pieces: Piece[],
  next: Promise<Piece | undefined>,
): Promise<Piece> {
  for (let piece = await next; piece !== undefined; piece = await rendering.pull()) pieces.push(piece);
  return join(pieces);
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array; // cast: there is one
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
