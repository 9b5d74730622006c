import { describeCases } from "./harness/jsdom.ts";

describeCases("minified core");
