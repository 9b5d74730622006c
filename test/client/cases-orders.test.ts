import { groups } from "./cases/index.ts";
import { describeCasesOf } from "./harness/jsdom.ts";

// What extends core may come before it, in any order, and all of it twice.
const files = ["page", "plus"].map((name) => `busbar-${name}.min.js`).concat("busbar.min.js");

describeCasesOf(
  {
    name: "minified page, plus and core, and once more",
    prefix: "bus-",
    has: ["plus", "page"],
    modules: [],
    files: [...files, ...files],
  },
  Object.keys(groups).filter((name) => /plus|page|kept|valid/.test(name)),
);
