/** `application/x-www-form-urlencoded` parsed as the URL standard words it, byte by byte, as entries in order of first sight. */
export function fieldsOracle(text: string): [string, string | string[]][] {
  const entries: [string, string[]][] = [];
  for (const part of text.split("&")) {
    if (part === "") continue;
    const [name = "", ...rest] = part.split("=");
    const key = decode(name);
    const known = entries.find(([other]) => other === key);
    if (known === undefined) entries.push([key, [decode(rest.join("="))]]);
    else known[1].push(decode(rest.join("=")));
  }
  return entries.map(([key, values]) => [key, values.length === 1 ? (values[0] as string) : values]);
}

function decode(text: string): string {
  const input = Buffer.from(text.replaceAll("+", " "));
  const output: number[] = [];
  for (let i = 0; i < input.length; i++) {
    const hex = input.subarray(i + 1, i + 3).toString("latin1");
    if (input[i] === 0x25 && /^[0-9a-fA-F]{2}$/.test(hex)) {
      output.push(Number.parseInt(hex, 16));
      i += 2;
    } else output.push(input[i] as number);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(output));
}
