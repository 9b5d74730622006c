import type { Expr } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { type Env, emit, gapCode, isMaybeNil } from "./emit-env.ts";
import { INT, isBuilder, STRING } from "./emit-types.ts";
import { formatted, sprint, sprintln } from "./format.ts";
import { helper } from "./scope.ts";

type Call = Extract<Expr, { kind: "call" }>;

const PRINTS = new Set(["Fprint", "Fprintf", "Fprintln"]);

/** A method of a builder. */
export function emitBuilderCall(env: Env, builder: Code, name: string, expr: Call): Code {
  const { unit } = env;
  const target = present(env, builder);
  const [arg] = expr.args;
  switch (name) {
    case "WriteString":
      return arg === undefined
        ? gapCode(env, expr.at, "WriteString needs a text")
        : written(target, emit(env, arg).text);
    case "WriteByte":
    case "WriteRune": {
      if (arg === undefined) return gapCode(env, expr.at, `${name} needs a character`);
      const isKnown = arg.kind === "rune" && (name === "WriteRune" || arg.code < 128);
      return written(
        target,
        isKnown ? JSON.stringify(String.fromCodePoint(arg.code)) : `String.fromCodePoint(${emit(env, arg).text})`,
      );
    }
    case "String":
      return atom(`${target}.text`, STRING);
    case "Len":
      unit.reporter.note(expr.at, "len of a string counts UTF-16 units here, bytes in Go: they differ outside ASCII");
      return atom(`${target}.text.length`, INT);
    case "Reset":
      return { text: `${target}.text = ""`, level: 2, isVoid: true };
    case "Grow":
      return { ...atom("/* Grow(): texts grow by themselves */"), isVoid: true };
    default:
      return gapCode(env, expr.at, `${name} of a builder is not ported`);
  }
}

/** `fmt.Fprintf(&b, …)` and its like, where they write to a builder. */
export function emitPrintTo(env: Env, name: string, expr: Call): Code | undefined {
  const [first, format] = expr.args;
  if (first === undefined || !PRINTS.has(name)) return undefined;
  const found = emit(env, first);
  if (!isBuilder(found.type)) return undefined;
  const builder = { ...found, isPresent: !isMaybeNil(env, first) };
  const args = expr.args.slice(1).map((arg) => emit(env, arg));
  const text =
    name !== "Fprintf"
      ? (name === "Fprint" ? sprint : sprintln)(args, env.unit)?.text
      : format?.kind === "string"
        ? formatted(format.value, args.slice(1), env.unit)
        : undefined;
  if (text === undefined) return gapCode(env, expr.at, `fmt.${name} with a format that is not ported`);
  return written(present(env, builder), text);
}

function present(env: Env, builder: Code): string {
  const isSure = builder.type?.kind !== "pointer" || builder.isPresent === true;
  return isSure ? tight(builder) : `${helper(env.unit, "deref")}(${builder.text})`;
}

function written(target: string, text: string): Code {
  return { ...atom(`${target}.write(${text})`), isVoid: true };
}
