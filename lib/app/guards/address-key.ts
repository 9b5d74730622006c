/**
 * Whom an IP address counts as: IPv4 as it is, also where it comes mapped into IPv6; of IPv6 the first 64 bits, since whoever has one
 * such address has a whole network of them. A port behind it, which some gateways write into `X-Forwarded-For`, does not count.
 * @returns The key, `"unknown"` for what is no address.
 * @example
 * ```ts
 * addressKey("2001:db8:0:1:2:3:4:5"); // "2001:db8:0:1::/64"
 * ```
 * @public
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined || address.length > 64) return "unknown";
  const [, bracketed, bare = ""] = WITH_PORT.exec(address) ?? [undefined, undefined, address];
  if (isIpv4(bare)) return bare;
  const groups = groupsOf((bracketed ?? bare).replace(/%.*$/s, "")); // fe80::1%eth0
  if (groups === undefined) return "unknown";
  const [a, b, c, d, e, f, g = 0, h = 0] = groups;
  if (a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff) {
    return `${g >> 8}.${g & 255}.${h >> 8}.${h & 255}`;
  }
  return `${[a, b, c, d].map((group) => (group ?? 0).toString(16)).join(":")}::/64`;
}

/** `[2001:db8::1]`, `[2001:db8::1]:443` and `192.0.2.1:443`. */
const WITH_PORT = /^(?:\[([^\]]*:[^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted !== null) {
    const [, head = "", ...parts] = dotted;
    const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
    if ([a, b, c, d].some((part) => part > 255)) return undefined;
    return groupsOf(`${head}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...Array<string>(Math.max(0, missing)).fill("0"), ...right];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}
