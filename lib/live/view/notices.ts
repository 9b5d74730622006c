import { OP_COMMAND, type Operation, type WireValue } from "../../wire/index.ts";
import { StyleLog } from "./style-log.ts";

/** Commands a page may be asked for between two patches: what asks again and again must not fill the memory. */
const MAX_COMMANDS = 1_000;

/** What a page is told besides its content: stylesheets, its title, commands. */
export class Notices {
  readonly styles: StyleLog = new StyleLog();
  private commands: Operation[] = [];
  /** As it was told last; `undefined` where that is not known. */
  private title: string | undefined = undefined;

  command(name: string, args: readonly WireValue[]): void {
    if (this.commands.length >= MAX_COMMANDS) this.commands.shift();
    this.commands.push([OP_COMMAND, name, ...args]);
  }

  /** The title as it is now. */
  setTitle(title: string): void {
    if (title === this.title) return;
    this.title = title;
    this.command("bus:title", [title]);
  }

  /** Everything goes out in a page of its own, which can be asked for nothing. */
  wrote(title: string | undefined): void {
    this.styles.takeNew();
    this.title = title;
    this.commands = [];
  }

  /** The page may be any page. @returns whether there is something to tell it. */
  renew(): boolean {
    this.title = undefined;
    return this.styles.renew();
  }

  /** Around a patch: styles first, so that nothing is shown without. */
  take(patch: Operation[]): Operation[] {
    const { commands } = this;
    const styles = this.styles.takeNew();
    if (styles.length === 0 && commands.length === 0) return patch;
    this.commands = [];
    return [...styles, ...patch, ...commands];
  }

  /** Where the page was sent last, taken away here. */
  takeDestination(): string | undefined {
    let url: string | undefined;
    this.commands = this.commands.filter((command) => {
      if (command[1] !== "bus:navigate" || typeof command[2] !== "string") return true;
      url = command[2];
      return false;
    });
    return url;
  }

  /** Says more to the page that is sent elsewhere. */
  amendDestination(amend: (url: string) => WireValue | undefined): void {
    this.commands = this.commands.map((command) => {
      if (command[0] !== OP_COMMAND || command[1] !== "bus:navigate") return command;
      const more = amend(String(command[2]));
      return more === undefined ? command : ([...command.slice(0, 4), more] as unknown as Operation); // cast: a command with one more argument
    });
  }
}
