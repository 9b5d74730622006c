const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Splits at commas, or at white space, that stand in no brackets and no quotes. Parts are trimmed; empty ones are left out. */
export function splitAt(text: string, separator: "," | " "): string[] {
  const parts: string[] = [];
  const stack: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const isCut = stack.length === 0 && (separator === "," ? unit === "," : /\s/.test(unit));
    if (isCut) {
      parts.push(part);
      part = "";
      continue;
    }
    const end = unit === '"' || unit === "'" ? text.indexOf(unit, i + 1) : -1;
    const closer = Object.hasOwn(CLOSERS, unit) ? CLOSERS[unit] : undefined;
    if (closer !== undefined && text.includes(closer, i)) stack.push(closer);
    else if (unit === stack[stack.length - 1]) stack.pop();
    part += end < 0 ? unit : text.slice(i, end + 1);
    if (end > 0) i = end;
  }
  return [...parts, part].map((piece) => piece.trim()).filter((piece) => piece !== "");
}
