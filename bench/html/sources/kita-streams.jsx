// biome-ignore-all lint/correctness/useJsxKeyInIterable: keys mean nothing in a page that is rendered once
import { Buffer } from "node:buffer";
import { renderToStream, Suspense } from "@kitajs/html/suspense";
import { Result, Shell } from "./kita.jsx";

async function Found({ one }) {
  return <Result {...(await one)} />;
}

async function Results({ results }) {
  return (await results).map((one) => <Result {...one} />);
}

export const kita = {
  waiting: async ({ query, total, results }, sink) => {
    const page = (
      <Shell query={query} total={total}>
        {results.map((one) => (
          <Found one={one} />
        ))}
      </Shell>
    );
    sink(Buffer.from(await page));
  },
  late: async ({ query, total }, results, sink) => {
    const stream = renderToStream((rid) => (
      <Shell query={query} total={total}>
        <Suspense rid={rid} fallback="">
          <Results results={results} />
        </Suspense>
      </Shell>
    ));
    for await (const chunk of stream) sink(Buffer.from(chunk));
  },
};
