// biome-ignore-all lint/suspicious/noArrayIndexKey: colours, cards and tags have no other key
import { renderToStaticMarkup } from "react-dom/server";

export const pages = {
  "2 KiB": ({ hint, chosen, colours }) => (
    <div className="colours">
      <h1>Choose your favourite colour</h1>
      <p className="hint">{hint}</p>
      <ul className="palette">
        {colours.map(({ name, hex }, i) => (
          <li
            key={i}
            className={i === chosen ? "colour selected" : "colour"}
            style={{ backgroundColor: hex }}
            data-index={i}
          >
            {name}
          </li>
        ))}
      </ul>
      <p className="chosen">
        You chose: <b>{colours[chosen].name}</b>
      </p>
    </div>
  ),
  "20 KiB": ({ query, total, results }) => (
    <Shell query={query} total={total}>
      {results.map((one) => (
        <Result key={one.id} {...one} />
      ))}
    </Shell>
  ),
  "170 KiB": ({ name, purchases }) => (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>{`Purchases of ${name}`}</title>
        <link rel="stylesheet" href="/site.css" />
      </head>
      <body>
        <header className="header">
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
          <aside className="profile">
            <h2>User profile</h2>
            <p>Name: {name}</p>
          </aside>
          <section className="purchases">
            <h2>Purchases</h2>
            <div className="purchase-list">
              {purchases.map((one, i) => (
                <Card key={i} {...one} />
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

export function Shell({ query, total, children }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
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
          <ol className="results">{children}</ol>
        </main>
        <footer>
          <a href="/help">Help</a>
        </footer>
      </body>
    </html>
  );
}

export function Result({ id, url, image, title, snippet, price, stock, tags }) {
  return (
    <li className="result" id={`result-${id}`}>
      <a className="title" href={url}>
        {title}
      </a>
      <img src={`/images/${image}.jpg`} alt={title} width="120" height="90" loading="lazy" />
      <p className="snippet">{snippet}</p>
      <ul className="tags">
        {tags.map((tag, i) => (
          <li key={i}>{tag}</li>
        ))}
      </ul>
      <span className="price">{price}</span>
      <button type="button" name="add" value={id} disabled={stock === 0}>
        Add to basket
      </button>
    </li>
  );
}

function Card({ name, price, quantity }) {
  return (
    <div className="purchase purchase-card">
      <div className="purchase-name">{name}</div>
      <div className="purchase-price">{price}</div>
      <div className="purchase-quantity">{quantity}</div>
    </div>
  );
}

export const DOCTYPE = { "2 KiB": "", "20 KiB": "<!doctype html>", "170 KiB": "<!doctype html>" };

export const subject = {
  text: Object.fromEntries(
    Object.entries(pages).map(([name, Page]) => [
      name,
      (data) => DOCTYPE[name] + renderToStaticMarkup(<Page {...data} />),
    ]),
  ),
};
