export const kept: readonly string[];
