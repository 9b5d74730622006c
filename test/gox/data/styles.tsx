/** @jsxImportSource busbar/html */
import { type Html, css } from "busbar/html";
import { component } from "busbar/live";

export const cardStyle = css`
  .card, .card:scope {
    border: 1px solid #ccc;
  }

  #box, #box:scope {
    padding: 20px;
  }

  .button:hover {
    background: darkblue;
  }

  .button::after {
    content: "}";
  }

  @media (min-width: 768px) {
    .card, .card:scope {
      width: 750px;
    }
  }
`;

export function Card(): Html {
  return component(Card, {}, () => {
    return () => <div class="card" id="box" css={cardStyle}><button class="button">Content</button></div>;
  });
}

export const pageGlobal = css.global`
  body {
    margin: 0;
    font-family: sans-serif;
  }
`;

export function Page(): Html {
  return component(Page, {}, () => {
    return () => (
      <>
        {pageGlobal}
        <Card />
      </>
    );
  });
}
