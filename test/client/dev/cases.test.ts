import { describe, test } from "vitest";
import { configDev } from "../../../client/dev/index.ts";
import { groups } from "../cases/index.ts";
import { casesFor, runCase, type Subject } from "../harness/run.ts";
import { kit } from "./stage.ts";

// With the development build every case has the result it has without.
configDev({ warn: false });

const has = [
  ...(["plus", "page"] as const).filter((name) => name in kit),
  ...("plus" in kit ? (["morph"] as const) : []),
];
const subject: Subject = { name: "development build", prefix: "bus-", has };

for (const [group, cases] of casesFor(groups, subject, false)) {
  describe(group, () => {
    for (const [, one] of cases) test(one.name, () => runCase(one, subject));
  });
}
