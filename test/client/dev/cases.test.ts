import { describe, test } from "vitest";
import { configDev } from "../../../client/dev/index.ts";
import { groups } from "../cases/index.ts";
import { reasonToSkip, runCase, type Subject } from "../harness/run.ts";
import { kit } from "./stage.ts";

// With the development build every case has the result it has without.
configDev({ warn: false });

const has = [
  ...(["plus", "page"] as const).filter((name) => name in kit),
  ...("plus" in kit ? (["morph"] as const) : []),
];
const subject: Subject = { name: "development build", prefix: "bus-", has };

for (const [group, cases] of Object.entries(groups))
  describe(group, () => {
    for (const one of cases) {
      const reason = reasonToSkip(one, subject, false);
      test.skipIf(reason !== undefined)(reason ? `${one.name} [${reason}]` : one.name, () => runCase(one, subject));
    }
  });
