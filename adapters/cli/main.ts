#!/usr/bin/env node
import process from "node:process";
import { runCli } from "./run.ts";

const result = await runCli(process.argv.slice(2), { cwd: process.cwd() });
const stream = result.exitCode === 0 ? process.stdout : process.stderr;
// The imported module may keep timers or sockets open; the answer is complete, so the process ends with it.
stream.write(`${result.text}\n`, () => process.exit(result.exitCode));
