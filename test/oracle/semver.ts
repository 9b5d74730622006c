/** Version numbers, as many as are given, and what follows the hyphen. */
interface Written {
  readonly numbers: readonly number[];
  readonly prerelease: string | undefined;
}

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a well-formed range holds a whole version: every comparator as a sentence about the version's text. */
export function inRange(range: string, version: string): boolean {
  return range.split("||").some((alternative) => {
    const spread = alternative.trim().replace(/^(\S+)\s+-\s+(\S+)$/, ">=$1 <=$2");
    const tokens = spread.replace(/([<>=^~])\s+/g, "$1").split(/\s+/);
    const prerelease = read(version).prerelease !== undefined;
    return (
      tokens.every((token) => holds(token, version)) && (!prerelease || tokens.some((token) => names(token, version)))
    );
  });
}

/** Text that sorts as versions do. */
export function precedenceKey(version: string): string {
  const { numbers, prerelease } = read(version);
  const [major = 0, minor = 0, patch = 0] = numbers;
  const pad = (digits: string): string => digits.padStart(40, "0");
  const identifiers = prerelease?.split(".").map((id) => (/^\d+$/.test(id) ? `0${pad(id)}` : `1${id}\0`));
  return [major, minor, patch].map((number) => pad(String(number))).join(".") + (identifiers?.join("") ?? "2");
}

function holds(token: string, version: string): boolean {
  const operator = /^[<>=^~]*/.exec(token)?.[0] ?? "";
  const { numbers, prerelease } = read(token.slice(operator.length));
  const [major = 0, minor = 0, patch = 0] = numbers;
  const own = read(version).numbers;
  const begins = (count: number): boolean => numbers.slice(0, count).every((number, i) => own[i] === number);
  const key = precedenceKey(version);
  const low = precedenceKey(`${major}.${minor}.${patch}${prerelease === undefined ? "" : `-${prerelease}`}`);
  const whole = numbers.length === 3;
  switch (operator) {
    case "<":
      return key < low && (whole || !begins(numbers.length));
    case "<=":
      return key <= low || (!whole && begins(numbers.length));
    case ">=":
      return key >= low || numbers.length === 0;
    case ">":
      if (whole) return key > low;
      return (
        numbers.length > 0 &&
        key >= precedenceKey(numbers.length === 1 ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`)
      );
    case "^": {
      const zeros = numbers.findIndex((number) => number !== 0);
      return numbers.length === 0 || (key >= low && begins(zeros < 0 ? numbers.length : zeros + 1));
    }
    case "~":
      return numbers.length === 0 || (key >= low && begins(2));
    default:
      if (whole) return key === low;
      return numbers.length === 0 || (key >= low && begins(numbers.length));
  }
}

function names(token: string, version: string): boolean {
  const { numbers, prerelease } = read(token.replace(/^[<>=^~]*/, ""));
  return prerelease !== undefined && numbers.join() === read(version).numbers.join();
}

function read(text: string): Written {
  const whole = VERSION.exec(text);
  if (whole !== null) return { numbers: whole.slice(1, 4).map(Number), prerelease: whole[4] };
  const parts = text.split(".");
  const open = parts.findIndex((part) => !/^\d+$/.test(part));
  return { numbers: (open < 0 ? parts : parts.slice(0, open)).map(Number), prerelease: undefined };
}
