// The long list: what was once thought to belong into a toolbox like this one. Each is built, and kept only where it wins and somebody uses it.
const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;

export const part = {
  name: "long-list",
  title: "The long list",
  cases: [
    {
      name: "format an integer into bytes",
      subjects: {
        "digits by pairs": subject("integer-format.mjs?ours"),
        "string, then Writer.utf8": subject("integer-format.mjs?string"),
        "string, then latin1Write": subject("integer-format.mjs?latin1"),
      },
      ours: "digits by pairs",
      allocates: true,
    },
  ],
};
