/* What tests of live pages use inside the page: each function stands alone, as it travels there by its text. */

/** Waits until something is so. */
export function until(test: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const look = (): void => {
      const found = test();
      if (found) resolve(found);
      else if (Date.now() - started > 60_000) reject(Error(`waited for ${test}`));
      else setTimeout(look, 5);
    };
    look();
  });
}

/** Presses a button of the stage of live-dom-cases.ts without taking the focus, and waits until the page says that it has been handled. */
export async function press(name: string): Promise<void> {
  const read = (): string | null | undefined => document.querySelector("#done")?.textContent;
  const before = read();
  document.querySelector<HTMLElement>(`#${name}`)?.click();
  await globalThis.until(() => read() !== before);
}
