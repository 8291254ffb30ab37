/**
 * Makes `empty-repository` anew: `node make-empty-repository.mjs PASSPHRASE`. It is one of `restic init`, but for its key: that is derived
 * from the passphrase with the least of work (N = 2), where restic takes more than half a second of a processor for it at each start.
 * The formats are those of restic's design document, "Keys, Encryption and MAC".
 */
import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const passphrase = process.argv[2] ?? '';
const scratch = mkdtempSync(join(tmpdir(), 'dumpstream-restic-'));
const made = join(scratch, 'repository');
const wanted = join(import.meta.dirname, 'empty-repository');
try {
  const env = { ...process.env, RESTIC_REPOSITORY: made, RESTIC_PASSWORD: passphrase, RESTIC_CACHE_DIR: scratch };
  execFileSync('restic', ['init'], { env });
  const [name = ''] = readdirSync(join(made, 'keys'));
  const key = JSON.parse(readFileSync(join(made, 'keys', name), 'utf8'));
  const quick = { ...key, N: 2, r: 8, p: 1 };
  quick.data = seal(keysOf(quick), open(keysOf(key), Buffer.from(key.data, 'base64'))).toString('base64');
  const text = JSON.stringify(quick);
  rmSync(wanted, { recursive: true, force: true });
  mkdirSync(join(wanted, 'keys'), { recursive: true });
  writeFileSync(join(wanted, 'keys', createHash('sha256').update(text).digest('hex')), text);
  cpSync(join(made, 'config'), join(wanted, 'config'));
} finally {
  rmSync(scratch, { recursive: true });
}

/** @typedef {{ encrypt: Buffer, nonce: Buffer, mac: Buffer }} Keys */

/** @param {{ N: number, r: number, p: number, salt: string }} parameters @returns {Keys} */
function keysOf({ N, r, p, salt }) {
  const derived = scryptSync(passphrase, Buffer.from(salt, 'base64'), 64, { N, r, p, maxmem: 2 ** 30 });
  return { encrypt: derived.subarray(0, 32), nonce: derived.subarray(32, 48), mac: derived.subarray(48) };
}

/** @param {Keys} keys @param {Buffer} sealed */
function open(keys, sealed) {
  const [nonce, text, mac] = [sealed.subarray(0, 16), sealed.subarray(16, -16), sealed.subarray(-16)];
  if (!poly1305Aes(keys, nonce, text).equals(mac)) throw new Error('this is not what restic wrote');
  return createCipheriv('aes-256-ctr', keys.encrypt, nonce).update(text);
}

/** @param {Keys} keys @param {Buffer} plain */
function seal(keys, plain) {
  const nonce = randomBytes(16);
  const text = createCipheriv('aes-256-ctr', keys.encrypt, nonce).update(plain);
  return Buffer.concat([nonce, text, poly1305Aes(keys, nonce, text)]);
}

/** D. J. Bernstein, "The Poly1305-AES message-authentication code", section 2. @param {Keys} keys @param {Buffer} nonce @param {Buffer} text */
function poly1305Aes(keys, nonce, text) {
  const r = littleEndian(keys.mac) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16) {
    const block = text.subarray(at, at + 16);
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.length))) * r) % ((1n << 130n) - 5n);
  }
  const pad = createCipheriv('aes-128-ecb', keys.nonce, null).setAutoPadding(false).update(nonce);
  const mac = (sum + littleEndian(pad)) % (1n << 128n);
  return Buffer.from(mac.toString(16).padStart(32, '0'), 'hex').reverse();
}

/** @param {Buffer} bytes */
function littleEndian(bytes) {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
