import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ReplayStep } from "../../lib/live/index.ts";
import type { Command } from "./commands.ts";
import { UsageError } from "./words.ts";

/** `busbar live replay <log>`: each step of a session again, and whether it sends the same bytes. */
export const replayCommand: Command = {
  options: {},
  needs: "live replay needs a log: busbar live replay <file>",
  async run({ module }, cwd) {
    const file = resolve(cwd, module);
    if (!existsSync(file)) throw new UsageError(`no such file: ${module}`);
    const { replayLog } = await import("../../lib/live/index.ts"); // only here: no other command needs it
    const { decodeLiveFrame } = await import("../../lib/wire/index.ts");
    const lines: string[] = [];
    let startMs: number | undefined;
    let different = 0;
    for (const step of replayLog(new Uint8Array(readFileSync(file)))) {
      const { nowMs } = step.instruction;
      if (typeof nowMs === "number") startMs ??= nowMs;
      if (!step.isSame) different++;
      lines.push(lineOf(step, typeof nowMs === "number" ? nowMs - (startMs ?? nowMs) : undefined, decodeLiveFrame));
    }
    lines.push(`${lines.length} steps, ${different === 0 ? "all the same" : `${different} not the same`}`);
    return different === 0 ? { text: lines.join("\n") } : { text: lines.join("\n"), exitCode: 1 };
  },
};

type Decode = (bytes: Uint8Array) => unknown;

function lineOf(step: ReplayStep, atMs: number | undefined, decode: Decode): string {
  const { number, instruction, from, to, outputs, isSame } = step;
  const time = atMs === undefined ? "" : `${atMs} ms`;
  const state = from === to ? from : `${from} -> ${to}`;
  const what = instruction.kind === "frame" ? frameText(instruction["frame"]) : instruction.kind;
  const done = outputs.map((output) => outputText(output, decode)).join(", ");
  const head = `${isSame ? " " : "!"} ${String(number).padStart(5)} ${time.padStart(10)}  ${state.padEnd(20)} ${what}`;
  return done === "" ? head : `${head}: ${done}`;
}

function outputText(output: ReplayStep["outputs"][number], decode: Decode): string {
  const bytes = output["bytes"];
  if (output.kind === "send" && bytes instanceof Uint8Array) {
    return `send ${frameText(decode(bytes))} (${bytes.length} B)`;
  }
  if (output.kind === "run" || output.kind === "navigate") return `${output.kind} ${String(output["ref"])}`;
  return output.kind;
}

/** Its name, and its numbers: what people typed stays in the log. */
function frameText(frame: unknown): string {
  if (!Array.isArray(frame)) return "frame";
  const [type, ...fields] = frame as readonly unknown[]; // cast: the line before
  const name = NAMES[Number(type) - 1] ?? `frame ${String(type)}`;
  return [name, ...fields.filter((field) => typeof field === "number")].join(" ");
}

/** Of the live frames, from 1 on, as docs/wire.md has them. */
const NAMES: readonly string[] = [
  ...["HELLO", "ADOPT", "MOUNT", "EVENT", "PATCH", "ACK", "PING", "RESYNC", "DRAIN", "ERROR"],
  ...["NAV", "UPLOAD", "LEAVE", "REPLY", "DEFLATED"],
];
