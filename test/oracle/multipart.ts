/** A part as the slow parser sees it: its headers as they stand, its bytes as a Latin-1 string. */
export interface OraclePart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly bytes: string;
}

/** Splits a whole body at its boundary, without streaming, limits or leniency. */
export function multipartOracle(body: Uint8Array, boundary: string): OraclePart[] {
  const text = `\r\n${Buffer.from(body).toString("latin1")}`;
  const [, ...pieces] = text.split(`\r\n--${boundary}`);
  const closing = pieces.findIndex((piece) => piece.startsWith("--"));
  if (closing < 0) throw new Error("no end");
  return pieces.slice(0, closing).map((piece) => {
    const [head = "", ...rest] = piece.slice(2).split("\r\n\r\n");
    const disposition = head.split("\r\n").find((line) => /^content-disposition:/i.test(line)) ?? "";
    const param = (name: string): string | undefined => {
      const value = new RegExp(`; ${name}="([^"]*)"`).exec(disposition)?.[1];
      return value === undefined ? undefined : Buffer.from(value, "latin1").toString("utf8");
    };
    return { name: param("name") ?? "", filename: param("filename"), bytes: rest.join("\r\n\r\n") };
  });
}
