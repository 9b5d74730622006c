const SLASH = 47;

/**
 * Path and query of a request's target, as `HostRequest.url` has them: every server has to take the whole address too (RFC 9112, section 3.2.2).
 * @example
 * ```ts
 * originForm("http://shop.example/cart?full"); // "/cart?full"
 * ```
 * @public
 */
export function originForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const path = /^https?:\/\/[^/?#]*(.*)$/is.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith("/") ? path : `/${path}`;
}
