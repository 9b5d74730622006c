export const dropped = [];
