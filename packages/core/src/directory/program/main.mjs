/**
 * The program through which the bytes of a directory repository go, so that they do not go through the host. Plain
 * JavaScript, since it is run as it stands, by the Node that runs the host: `main.mjs pack` or `main.mjs unpack`.
 */
import { pack } from './pack.mjs';
import { unpack } from './unpack.mjs';

const verbs = { pack, unpack };

try {
  await verbs[/** @type {keyof typeof verbs} */ (process.argv[2])]();
  // What is still open, such as a pipe that was dropped, keeps nobody waiting.
  process.exit(0);
} catch (error) {
  const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error);
  process.stderr.write(`${JSON.stringify({ code, message })}\n`, () => process.exit(1));
}
