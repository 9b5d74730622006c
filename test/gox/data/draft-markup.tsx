/** @jsxImportSource busbar/html */
import { type Html, boundary, each } from "busbar/html";
import { component } from "busbar/live";

export interface MarkupProps {
  readonly names: readonly string[];
  readonly isReady: boolean;
  readonly isLate: boolean;
}

export function Markup(input: MarkupProps): Html {
  return component(Markup, input, (props) => {
    return () => {
      if (!props.isReady) {
        return <p>Not ready</p>;
      }
      return (
        <ul>
          {each(props.names, (name) => name, (name, i) => <li>{i} {name}</li>)}
          {props.isLate ? <li>late</li> : <li>in time</li>}
        </ul>
      );
    };
  });
}

export function Panel(): Html {
  return component(Panel, {}, () => {
    return () => (
      <>
        {boundary(() => (
          <>
            {boundary(() => <Markup names={["a"]} isReady={true} isLate={false} />, { failed: () => <p>Failed</p> })}
          </>
        ), { pending: <p>Loading</p> })}
      </>
    );
  });
}
