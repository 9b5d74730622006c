/** Moves in a tree, all of them done anew in the order of time each time anyone looks: as in the paper, without its log. */
export interface NaiveMove {
  readonly time: number;
  readonly replica: number;
  readonly node: string;
  /** null: the top; undefined: the trash. */
  readonly parent: string | null | undefined;
}

/** `done` hears of each move that does something. */
export function naiveTree<Move extends NaiveMove>(
  moves: readonly Move[],
  done?: (move: Move) => void,
): Map<string, string | null | undefined> {
  const parents = new Map<string, string | null | undefined>();
  for (const move of [...moves].sort((a, b) => a.time - b.time || a.replica - b.replica)) {
    const { node, parent } = move;
    let above: string | null | undefined = parent;
    while (typeof above === "string" && above !== node) above = parents.get(above);
    if (above === node) continue;
    parents.set(node, parent);
    done?.(move);
  }
  return parents;
}
