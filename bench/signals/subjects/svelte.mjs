import process from "node:process";
import { pathToFileURL } from "node:url";

/** The folder that prepare.mjs compiled into. */
export const { subject } = await import(pathToFileURL(`${process.env.BENCH_SIGNALS}/svelte.mjs`).href);
