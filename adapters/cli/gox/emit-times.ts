import type { Expr, GoType } from "./ast.ts";
import { type Code, tight } from "./code.ts";
import { type Env, emit } from "./emit-env.ts";
import { BOOL, FLOAT, INT } from "./emit-types.ts";

type Call = Extract<Expr, { kind: "call" }>;

const TIME: GoType = { kind: "name", pkg: "time", name: "Time", args: [] };
const DURATION: GoType = { kind: "name", pkg: "time", name: "Duration", args: [] };
const ZERO_TIME = "-62_135_596_800_000"; // the first second of year 1

/** The methods of `time.Time`, here a `Date`, and of `time.Duration`, here milliseconds; `undefined` for those without a counterpart. */
export function emitTimeCall(env: Env, from: Code, name: string, { at, args }: Call): Code | undefined {
  const { type } = from;
  if (type?.kind !== "name" || type.pkg !== "time") return undefined;
  const [arg] = args;
  const made =
    type.name === "Duration"
      ? ofDuration(from, name)
      : arg === undefined
        ? ofTime(from, name)
        : withOther(env, from, name, arg);
  if (made?.type === DURATION || type.name === "Duration")
    env.unit.reporter.note(at, "times are told apart by milliseconds here, by nanoseconds in Go");
  return made;
}

function ofDuration(from: Code, name: string): Code | undefined {
  const units = { Seconds: "1000", Minutes: "60_000", Hours: "3_600_000" }[name];
  if (name === "Milliseconds") return { ...from, type: INT };
  return units === undefined ? undefined : { text: `${tight(from, 13)} / ${units}`, level: 13, type: FLOAT };
}

function ofTime(from: Code, name: string): Code | undefined {
  const date = tight(from);
  if (name === "IsZero") return { text: `${date}.getTime() === ${ZERO_TIME}`, level: 9, type: BOOL };
  if (name === "Unix") return { text: `Math.floor(${date}.getTime() / 1000)`, level: 20, type: INT };
  const getter = {
    UnixMilli: "getTime",
    Year: "getFullYear",
    Day: "getDate",
    Hour: "getHours",
    Minute: "getMinutes",
    Second: "getSeconds",
  }[name];
  return getter === undefined ? undefined : { text: `${date}.${getter}()`, level: 20, type: INT };
}

function withOther(env: Env, from: Code, name: string, arg: Expr): Code | undefined {
  const at = `${tight(from)}.getTime()`;
  if (name === "Add")
    return { text: `new Date(${at} + ${tight(emit(env, arg, DURATION), 12.5)})`, level: 20, type: TIME };
  const other = emit(env, arg, TIME);
  if (other.type?.kind === "pointer") return undefined;
  const otherAt = `${tight(other)}.getTime()`;
  if (name === "Sub") return { text: `${at} - ${otherAt}`, level: 12, type: DURATION };
  const sign = { After: ">", Before: "<", Equal: "===" }[name];
  return sign === undefined
    ? undefined
    : { text: `${at} ${sign} ${otherAt}`, level: sign === "===" ? 9 : 10, type: BOOL };
}
