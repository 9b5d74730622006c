// One page of a subject in a browser context of its own, which gives it a process of its own, and what the browser counts about it.
const SECOND_MS = 1000;

/** Opens it; nothing is started yet. */
export async function openPage(browser, site, subject, one) {
  const context = await browser.newContext({ viewport: { width: 400, height: 300 } }); // painting is not timed
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  const opened = {
    subject,
    devtools,
    close: () => context.close(),
    /** Calls a function of `globalThis.bench` in the page. */
    call: async (name, ...given) => {
      const called = page.evaluate(([method, list]) => globalThis.bench[method](...list), [name, given]);
      const result = await called.catch((error) => errors.push(error.message));
      if (errors.length > 0) throw new Error(`${subject}, ${one.name}: ${errors[0]}`);
      return result;
    },
    /** Loads the page again. */
    load: async () => {
      await page.goto(site.pageUrl(subject, one));
      await page.waitForFunction(() => globalThis.bench !== undefined);
    },
    collect: () => devtools.send("HeapProfiler.collectGarbage"),
    /** Milliseconds of style and layout in this page so far. */
    layoutMs: async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      const of = (name) => metrics.find((metric) => metric.name === name).value;
      return (of("LayoutDuration") + of("RecalcStyleDuration")) * SECOND_MS;
    },
  };
  await opened.load().catch(async (error) => {
    await context.close();
    throw error;
  });
  return opened;
}
