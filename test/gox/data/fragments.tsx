/** @jsxImportSource busbar/html */
import { type Html, css } from "busbar/html";
import { component } from "busbar/live";

export const pairStyle = css`
  div, div:scope {
    margin: 0;
  }
`;

export function Pair(): Html {
  return component(Pair, {}, () => {
    return () => (
      <>
        <div css={pairStyle}>First</div>
        <div css={pairStyle}>Second</div>
      </>
    );
  });
}

export interface SwitchProps {
  readonly isFirst: boolean;
}

export function Switch(input: SwitchProps): Html {
  return component(Switch, input, (props) => {
    return () => (
      <div>
        {props.isFirst ? <Pair /> : (
          <>
            <i>one</i>
            <i>two</i>
          </>
        )}
      </div>
    );
  });
}
