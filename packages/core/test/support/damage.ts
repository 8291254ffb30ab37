import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes one byte in the middle of the largest of a Borg repository's data files. */
export function damageBorg(repository: string): void {
  const data = join(repository, 'data');
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
    .map((name) => join(data, name))
    .filter((file) => statSync(file).isFile())
    .sort((one, other) => statSync(other).size - statSync(one).size);
  const [largest] = files as [string];
  const bytes = readFileSync(largest);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes[middle] ?? 0) ^ 1, middle);
  writeFileSync(largest, bytes);
}
