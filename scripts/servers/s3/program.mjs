/**
 * The S3 server's own process: s3rver, corrected where it is not like S3. Its settings are in the file that the argument names.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import S3rver from '@20minutes/s3rver';
import accounts from '@20minutes/s3rver/lib/models/account.js';
import S3Error from '@20minutes/s3rver/lib/models/error.js';
import v4 from '@20minutes/s3rver/lib/signature/v4.js';
import Store from '@20minutes/s3rver/lib/stores/filesystem.js';

const { port, data, bucket, accessKey, secretKey } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

// Clients ask for `/bucket/` and sign that; s3rver checks it as if they had signed `/bucket`.
const { getStringToSign } = v4;
v4.getStringToSign = (asked, request) =>
  getStringToSign({ ...asked, uri: asked.uri.replace(/^\/[^/]+$/, '$&/') }, request);

// An object is there when it is whole, and else not: s3rver leaves half of one where a client is cut off.
const { putContent } = Store.prototype;
/**
 * @this {Store}
 * @param {string} path
 * @param {NodeJS.ReadableStream} content
 */
Store.prototype.putContent = async function put(path, content) {
  const part = `${path}.${randomUUID()}`;
  try {
    const written = await putContent.call(this, part, content);
    await rename(part, path);
    return written;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
};

const { DUMMY_ACCOUNT: account } = accounts;
for (const key of account.accessKeys.keys()) account.revokeAccessKey(key);
account.createKeyPair(accessKey, secretKey);

const server = new S3rver({
  address: '127.0.0.1',
  port,
  directory: data,
  configureBuckets: [{ name: bucket }],
  vhostBuckets: false,
  silent: true,
});
// Who does not sign at all would be let in.
server.middleware.unshift((context, next) => {
  if (!context.get('authorization')) throw new S3Error('AccessDenied', 'Access Denied.');
  return next();
});
await server.run();
console.log('ready for connections');
