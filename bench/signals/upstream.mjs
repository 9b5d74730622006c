// Whose shapes these are: the benchmark's repository, at the commit they were read at. Its licence is ISC by its package's word; no code is taken.
export const UPSTREAM = {
  repository: "milomg/js-reactivity-benchmark",
  commit: "10cdecec2ea0e7a54f83a41cf0fd68dad036f783",
};
