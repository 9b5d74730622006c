import { describeCases } from "./harness/jsdom.ts";

describeCases("source");
