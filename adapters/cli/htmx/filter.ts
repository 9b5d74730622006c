const OPERATORS = new Set(["==", "!=", "===", "!==", "&&", "||"]);
const TOKEN = /\s*('[^']*'|"[^"]*"|-?[\w$.]+|[=!]==?|&&|\|\||[!()])/y;
const OPERAND = /^(?:['"].*|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|-?\d+(?:\.\d+)?)$/s;

/** More brackets in brackets are no filter. */
const MAX_DEPTH = 50;

/**
 * Whether a filter is one that busbar-plus reads without running it: fields of the event, strings, numbers, `true`, `false` and `null`, with
 * `==`, `!=`, `===`, `!==`, `!`, `&&`, `||` and brackets. A comma would end the trigger.
 */
export function isFilter(text: string): boolean {
  if (text.includes(",")) return false;
  let depth = 0;
  let wantsOperand = true;
  let at = 0;
  while (text.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const [whole, token = ""] = TOKEN.exec(text) ?? [];
    if (whole === undefined) return false;
    at += whole.length;
    if (token === "(") depth++;
    if (token === ")") depth--;
    const opens = token === "(" || token === "!";
    const fits = wantsOperand ? opens || OPERAND.test(token) : token === ")" || OPERATORS.has(token);
    if (!fits || depth < 0 || depth > MAX_DEPTH) return false;
    wantsOperand = wantsOperand ? opens : token !== ")";
  }
  return depth === 0 && !wantsOperand;
}
