export const HELP = `Usage: busbar <command>

Commands:
  routes <module>         Print the routes of a module as a tree.
  routes check <module>   Print what is wrong with them: duplicates, ambiguous and unreachable routes, and by
                          first-match shadowed ones, each with a path that shows it and a fix. Exits 1 if there is any.
  routes stats <module>   Print counts, depth, static share, fan-out, estimated bytes and the hot order.
  routes build <module> --out <file>
                          Generate the dispatch of the table as an ES module, and its types.
  gox <file.gox|folder>   Translate GoX components to .tsx files, beside them or under --out <folder>. Prints what could not be
                          ported, with line and column, and exits 1 if there is any, unless --allow-gaps is given.
  htmx <folder|file>      List what templates and scripts for htmx 2 or 4 will not carry over to busbar-hx.min.js, with line and
                          column, why, and what to write instead. Exits 0, or with --check 1 if there is anything.
  live replay <log>       Do again what a session's log says, without user code: print each step, with "!" before those that do not end in
                          the same state and bytes. Exits 1 if there is any.
  new live <name>         Make the files of a live view, <name>.view.ts, .route.ts, .layout.ts and .test.ts, in the folder <name>, or under
                          --out <folder>. Never writes over a file. A name is lower-case words joined by hyphens.

  A module of routes exports a busbar app as "app", a router as "router", or either under --export <name>. It is imported in a
  process of its own, with BUSBAR_BUILD=1 in the environment. "check" and "stats" take an Express app too.

Options:
  --export <name>         The export that holds the routes.
  --timeout <ms>          Give up on a module that takes longer to load. Default: 30000.
  --policy <policy>       check, stats: specificity (busbar, find-my-way, Fastify) or first-match (Express, Koa, Hono).
                          Default: that of the table.
  --profile <file>        stats, build: JSON of requests counted by "METHOD /pattern".
  --out <file>            build: where the ES module goes. gox: the folder for the translations. new: the folder for the files.
  --types <file>          build: where its .d.ts goes.
  --condition <name=bool> build: whether a condition holds; routes of one that does not are dropped. May be repeated.
  --cache-dir <folder>    build: where results are kept. Default: node_modules/.cache/busbar.
  --allow-gaps            gox: exit 0 although something could not be ported.
  --from <2|4>            htmx: the version that is used. Default: what the files say, else 2.
  --check                 htmx: exit 1 if anything does not carry over, or was not read.
  --json                  htmx: print JSON.
  --help                  Show this text.`;
