/** A piece of an element's content. */
export interface Piece {
  readonly kind: "text" | "code";
  readonly text: string;
}

/**
 * Content as JSX has it: white space with a line end in it is none. What stood on one line stays on one line.
 * @param isTall - Each line of the source on a line of its own.
 */
export function childrenText(pieces: readonly Piece[], isTall = false): string {
  const runs: string[] = [""];
  const add = (text: string): void => {
    runs[runs.length - 1] += text;
  };
  for (const { kind, text } of pieces) {
    if (kind === "code") {
      add(text);
      continue;
    }
    const lines = text.replaceAll("\t", " ").replaceAll("\r", "").split("\n");
    const last = lines.length - 1;
    const words = lines
      .map((line, i) => (i === 0 ? line : line.trimStart()))
      .map((line, i) => (i === last ? line : line.trimEnd()));
    if (last > 0 && words[0] === "") runs.push("");
    add(
      words
        .filter((word) => word !== "")
        .map(escaped)
        .join(" "),
    );
    if (last > 0 && words[last] === "") runs.push("");
  }
  const used = runs.filter((run) => run !== "");
  const [only = ""] = used;
  if (!isTall && used.length <= 1) return only;
  return used.map((run) => run.replace(/^ +/, '{" "}').replace(/ +$/, '{" "}')).join("\n");
}

/** Characters that JSX text may not hold. */
function escaped(text: string): string {
  return text.replace(/[<>{}]/g, (char) => `{"${char}"}`);
}
