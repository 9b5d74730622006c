// biome-ignore-all lint/correctness/useJsxKeyInIterable: keys mean nothing in a page that is rendered once
// Dynamic text stands in elements marked `safe`; attributes escape by themselves.

export const pages = {
  "2 KiB": ({ hint, chosen, colours }) => (
    <div class="colours">
      <h1>Choose your favourite colour</h1>
      <p class="hint" safe>
        {hint}
      </p>
      <ul class="palette">
        {colours.map(({ name, hex }, i) => (
          <li class={i === chosen ? "colour selected" : "colour"} style={`background-color:${hex}`} data-index={i} safe>
            {name}
          </li>
        ))}
      </ul>
      <p class="chosen">
        You chose: <b safe>{colours[chosen].name}</b>
      </p>
    </div>
  ),
  "20 KiB": ({ query, total, results }) => (
    <Shell query={query} total={total}>
      {results.map((one) => (
        <Result {...one} />
      ))}
    </Shell>
  ),
  "170 KiB": ({ name, purchases }) => (
    <>
      {"<!doctype html>"}{" "}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title safe>Purchases of {name}</title>
          <link rel="stylesheet" href="/site.css" />
        </head>
        <body>
          <header class="header">
            <h1 safe>Hi {name}</h1>
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
              <p safe>Name: {name}</p>
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
            <p safe>Made for {name}</p>
          </footer>
        </body>
      </html>
    </>
  ),
};

export function Shell({ query, total, children }) {
  return (
    <>
      {"<!doctype html>"}{" "}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title safe>{query}</title>
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
            <ol class="results">{children}</ol>
          </main>
          <footer>
            <a href="/help">Help</a>
          </footer>
        </body>
      </html>
    </>
  );
}

export function Result({ id, url, image, title, snippet, price, stock, tags }) {
  return (
    <li class="result" id={`result-${id}`}>
      <a class="title" href={url} safe>
        {title}
      </a>
      <img src={`/images/${image}.jpg`} alt={title} width="120" height="90" loading="lazy" />
      <p class="snippet" safe>
        {snippet}
      </p>
      <ul class="tags">
        {tags.map((tag) => (
          <li safe>{tag}</li>
        ))}
      </ul>
      <span class="price" safe>
        {price}
      </span>
      <button type="button" name="add" value={id} disabled={stock === 0}>
        Add to basket
      </button>
    </li>
  );
}

function Card({ name, price, quantity }) {
  return (
    <div class="purchase purchase-card">
      <div class="purchase-name" safe>
        {name}
      </div>
      <div class="purchase-price" safe>
        {price}
      </div>
      <div class="purchase-quantity">{quantity}</div>
    </div>
  );
}

export const subject = { text: pages };
