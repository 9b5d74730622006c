import { Suspense, use } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { response } from "../streams/writable.mjs";
import { pages, Result, Shell } from "./react.jsx";

function Results({ results }) {
  return use(results).map((one) => <Result key={one.id} {...one} />);
}

const send = (page, sink) => {
  const { writable, finished } = response(sink);
  const stream = renderToPipeableStream(page, { onShellReady: () => stream.pipe(writable) });
  return finished;
};
const ready = (Page) => (data, sink) => send(<Page {...data} />, sink);

export const react = {
  ready: { "20 KiB": ready(pages["20 KiB"]), "170 KiB": ready(pages["170 KiB"]) },
  late: ({ query, total }, results, sink) =>
    send(
      <Shell query={query} total={total}>
        <Suspense fallback="">
          <Results results={results} />
        </Suspense>
      </Shell>,
      sink,
    ),
};
