// biome-ignore-all lint/correctness/useJsxKeyInIterable: keys mean nothing in a page that is rendered once
import { renderToString } from "preact-render-to-string";

const pages = {
  "2 KiB": ({ hint, chosen, colours }) => (
    <div class="colours">
      <h1>Choose your favourite colour</h1>
      <p class="hint">{hint}</p>
      <ul class="palette">
        {colours.map(({ name, hex }, i) => (
          <li class={i === chosen ? "colour selected" : "colour"} style={{ backgroundColor: hex }} data-index={i}>
            {name}
          </li>
        ))}
      </ul>
      <p class="chosen">
        You chose: <b>{colours[chosen].name}</b>
      </p>
    </div>
  ),
  "20 KiB": ({ query, total, results }) => (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{query}</title>
        <link rel="stylesheet" href="/site.css" />
      </head>
      <body>
        <header>
          <form action="/search" method="get">
            <input type="search" name="q" value={query} />
            <button type="submit">Search</button>
          </form>
        </header>
        <main>
          <h1>{total} results</h1>
          <ol class="results">
            {results.map((one) => (
              <Result {...one} />
            ))}
          </ol>
        </main>
        <footer>
          <a href="/help">Help</a>
        </footer>
      </body>
    </html>
  ),
  "170 KiB": ({ name, purchases }) => (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`Purchases of ${name}`}</title>
        <link rel="stylesheet" href="/site.css" />
      </head>
      <body>
        <header class="header">
          <h1>Hi {name}</h1>
          <nav>
            <ul>
              <li>
                <a href="/">Home</a>
              </li>
              <li>
                <a href="/about">About</a>
              </li>
            </ul>
          </nav>
        </header>
        <main>
          <aside class="profile">
            <h2>User profile</h2>
            <p>Name: {name}</p>
          </aside>
          <section class="purchases">
            <h2>Purchases</h2>
            <div class="purchase-list">
              {purchases.map((one) => (
                <Card {...one} />
              ))}
            </div>
          </section>
        </main>
        <footer>
          <p>Made for {name}</p>
        </footer>
      </body>
    </html>
  ),
};

function Result({ id, url, image, title, snippet, price, stock, tags }) {
  return (
    <li class="result" id={`result-${id}`}>
      <a class="title" href={url}>
        {title}
      </a>
      <img src={`/images/${image}.jpg`} alt={title} width="120" height="90" loading="lazy" />
      <p class="snippet">{snippet}</p>
      <ul class="tags">
        {tags.map((tag) => (
          <li>{tag}</li>
        ))}
      </ul>
      <span class="price">{price}</span>
      <button type="button" name="add" value={id} disabled={stock === 0}>
        Add to basket
      </button>
    </li>
  );
}

function Card({ name, price, quantity }) {
  return (
    <div class="purchase purchase-card">
      <div class="purchase-name">{name}</div>
      <div class="purchase-price">{price}</div>
      <div class="purchase-quantity">{quantity}</div>
    </div>
  );
}

const DOCTYPE = { "2 KiB": "", "20 KiB": "<!doctype html>", "170 KiB": "<!doctype html>" };

export const subject = {
  text: Object.fromEntries(
    Object.entries(pages).map(([name, Page]) => [name, (data) => DOCTYPE[name] + renderToString(<Page {...data} />)]),
  ),
};
