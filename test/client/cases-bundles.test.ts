import { describeCases } from "./harness/jsdom.ts";

describeCases("minified core, plus, page and morph");
