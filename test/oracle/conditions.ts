/** The conditions of a request, decided by walking through RFC 9110, section 13.2.2, step by step; tags are `[weak, opaque]`. */
export interface Conditions {
  readonly ifMatch?: "*" | readonly Tag[];
  readonly ifUnmodifiedSince?: number;
  readonly ifNoneMatch?: "*" | readonly Tag[];
  readonly ifModifiedSince?: number;
}
export type Tag = readonly [weak: boolean, opaque: string];

export function decide(isRead: boolean, asked: Conditions, tag: Tag | undefined, changed: number | undefined): number {
  const strongly = (a: Tag, b: Tag): boolean => !a[0] && !b[0] && a[1] === b[1];
  const weakly = (a: Tag, b: Tag): boolean => a[1] === b[1];
  const matches = (list: "*" | readonly Tag[], same: (a: Tag, b: Tag) => boolean): boolean =>
    list === "*" || (tag !== undefined && list.some((one) => same(one, tag)));
  // 1 and 2
  if (asked.ifMatch !== undefined) {
    if (!matches(asked.ifMatch, strongly)) return 412;
  } else if (asked.ifUnmodifiedSince !== undefined && changed !== undefined) {
    if (changed > asked.ifUnmodifiedSince) return 412;
  }
  // 3
  if (asked.ifNoneMatch !== undefined) {
    if (!matches(asked.ifNoneMatch, weakly)) return 200;
    return isRead ? 304 : 412;
  }
  // 4
  if (isRead && asked.ifModifiedSince !== undefined && changed !== undefined) {
    if (changed <= asked.ifModifiedSince) return 304;
  }
  // 5 is about ranges; 6
  return 200;
}
