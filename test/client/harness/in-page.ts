/** The entry of the script that plays the cases inside of a browser's page. */
import { groups } from "../cases/index.ts";
import { runCase, type Subject } from "./run.ts";

export interface CasesInPage {
  /** Plays one case; what is not as expected, or undefined. */
  play(group: string, index: number, subject: Subject): Promise<string | undefined>;
}

const cases: CasesInPage = {
  play: async (group, index, subject) => {
    const one = groups[group]?.[index];
    if (!one) return `no case ${index} in ${group}`;
    try {
      await runCase(one, subject);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

Object.assign(globalThis, { busbarCases: cases });
