import { describeCases } from "./harness/jsdom.ts";

describeCases("the build for pages that come from htmx, with plus, page and morph");
