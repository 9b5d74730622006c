#!/usr/bin/env node
import process from "node:process";
import { runCli } from "./run.ts";

const result = await runCli(process.argv.slice(2), { cwd: process.cwd() });
process[result.stream].write(`${result.text}\n`);
process.exitCode = result.exitCode;
