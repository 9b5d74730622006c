/** @jsxImportSource busbar/html */
import { type Html, contextKey, provide, use } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export interface User {
  readonly Name: string;
}

export const ThemeContext = contextKey<string>("ThemeContext", "light");

export const UserContext = contextKey<User | null>("UserContext", null);

export function App(): Html {
  return component(App, {}, (_props, { on }) => {
    const theme = signal("dark");
    return () => (
      <>
        {provide(ThemeContext, theme.get(), () => (
          <>
            {provide(UserContext, { Name: "Ada" }, () => (
              <>
                <ThemedButton />
                <button class="switch" {...on.click(() => theme.set("light"))}>Light</button>
              </>
            ))}
          </>
        ))}
      </>
    );
  });
}

export function ThemedButton(): Html {
  return (
    <>
      {use(ThemeContext, (theme) =>
        use(UserContext, (user) =>
          component(ThemedButton, { theme, user }, (props) => {
            return () => <button class={props.theme}>{props.user !== null ? props.user.Name : "nobody"}</button>;
          }),
        ),
      )}
    </>
  );
}
