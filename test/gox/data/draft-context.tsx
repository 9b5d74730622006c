/** @jsxImportSource busbar/html */
import { type Html, type HtmlValue, contextKey, provide, use } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export interface ThemeContextValue {
  readonly Theme: string;
  readonly SetTheme: (value: string) => void;
}

export const ThemeContext = contextKey<ThemeContextValue>("ThemeContext");

export interface LayoutProps {
  readonly children?: HtmlValue;
}

export function Layout(input: LayoutProps): Html {
  return component(Layout, input, (props) => {
    const theme = signal("dark");
    return () => provide(ThemeContext, { Theme: theme.get(), SetTheme: (value: string) => theme.set(value) }, () => <main>{props.children}</main>);
  });
}

export function Toggle(): Html {
  return (
    <>
      {use(ThemeContext, (theme) =>
        component(Toggle, { theme }, (props, { on }) => {
          return () => (
            <button class={props.theme.Theme} {...on.click(() => props.theme.SetTheme("light"))}>
              {props.theme.Theme}
            </button>
          );
        }),
      )}
    </>
  );
}

export function App(): Html {
  return component(App, {}, () => {
    return () => <Layout><Toggle /></Layout>;
  });
}
