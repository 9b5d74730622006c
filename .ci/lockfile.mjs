// Completes package-lock.json after a dependency changed: `npm install`, then `node .ci/lockfile.mjs`.
// A registry mirror may not carry the packages of other platforms; npm then leaves them out of the lock, and `npm ci` refuses
// it. Each optional dependency that is missing gets its entry from the name: version, operating system, processor, C library.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const PLATFORM = /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|win32)-(arm64|arm|x64|ia32|[a-z0-9]+)(.*)$/;

function entryFor(name, version, dev) {
  const [, os, cpu, rest] = PLATFORM.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name}: no platform in the name, add it by hand`);
  const libc =
    os !== "linux" ? {} : rest.includes("musl") ? { libc: ["musl"] } : rest === "" ? {} : { libc: ["glibc"] };
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
}

const added = {};
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]) continue;
    added[`node_modules/${name}`] = entryFor(name, version, dev);
  }
}
const [root, ...rest] = Object.entries({ ...lock.packages, ...added });
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => a.localeCompare(b, "en"))]);
for (const entry of Object.values(lock.packages)) delete entry.resolved; // where it came from is not the project's business
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${Object.keys(added).length} platform packages added`);
