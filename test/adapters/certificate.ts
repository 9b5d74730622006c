import { createSign, generateKeyPairSync } from "node:crypto";

/** A key and a certificate it has signed itself, for a server of a test that trusts whatever it is shown. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(tag(0x06, [0x55, 0x04, 0x03]), tag(0x0c, Buffer.from("localhost")))));
  const ecdsaSha256 = sequence(tag(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
  const validity = sequence(tag(0x17, Buffer.from("200101000000Z")), tag(0x17, Buffer.from("491231235959Z")));
  const body = sequence(
    tag(0x02, [1]), // the serial number
    ecdsaSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("sha256").update(body).sign(privateKey);
  const whole = sequence(body, ecdsaSha256, tag(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = whole.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: Uint8Array[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function set(...parts: Uint8Array[]): Buffer {
  return tag(0x31, Buffer.concat(parts));
}

/** One DER value: its tag, its length, its bytes. */
function tag(type: number, bytes: Uint8Array | readonly number[]): Buffer {
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([type, ...size]), Buffer.from(bytes)]);
}
