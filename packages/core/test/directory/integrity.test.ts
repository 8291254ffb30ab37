import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { backup, check, extract, listArchives, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { type Bench, makeBench, namesIn } from './support/bench.ts';

const dump = 'dumpstream/files/localhost/one.gz';

/** The middle byte becomes another one. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from([(bytes[at] as number) ^ 0x10]), 0, 1, at);
  closeSync(fd);
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  'has one bit flipped': flip,
  'is cut short': (file) => truncateSync(file, statSync(file).size - 1),
  'has grown': (file) => writeFileSync(file, 'x', { flag: 'a' }),
  'is empty': (file) => truncateSync(file, 0),
  'is gone': (file) => rmSync(file),
  'is that of another archive': (file) => {
    const other = readdirSync(join(file, '../../../../..')).find(
      (name) => name !== file.split('/').at(-5) && !name.startsWith('.'),
    );
    writeFileSync(file, readFileSync(join(file, '../../../../..', other as string, dump)));
  },
};

async function damagedBench(damage: (file: string) => void): Promise<Bench & { readonly archive: string }> {
  const bench = await makeBench({ one: 3_000_000 });
  await backup(bench.config());
  writeFileSync(join(bench.data, 'one'), readFileSync(join(bench.data, 'one')).reverse());
  await backup(bench.config());
  const [{ name: archive = '' } = {}] = (await listArchives(bench.config())).slice(-1);
  damage(join(bench.repository, encodeURIComponent(archive), dump));
  return { ...bench, archive };
}

test.each(Object.keys(damages))('a dump whose file %s is never read to an end, and check finds it', async (title) => {
  const { archive, ...bench } = await damagedBench(damages[title] as (file: string) => void);
  // Whoever reads to the end has been deceived: it renames what it has.
  const reader = `cat > "$1.new" && mv "$1.new" "$1.deceived"`;
  await expect(restore(bench.config([{ name: 'one', restore: reader }]), { archive: 'latest' })).rejects.toMatchObject({
    code: expect.stringMatching(/REPOSITORY_FAILED|ARCHIVE_INCOMPLETE/),
  });
  expect(readdirSync(bench.data).filter((name) => name.includes('deceived'))).toEqual([]);

  const extracted = (async () => {
    for await (const _ of extract(bench.config(), { archive, database: 'one' }));
  })();
  await expect(extracted).rejects.toMatchObject({ name: 'BackupError' });

  await expect(check(bench.config(), { verifyData: true })).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringContaining(`the archive ${archive}: dumpstream/files/localhost/one: `),
  });
});

test('sizes alone tell check of what is gone or cut short', async () => {
  const { archive, ...bench } = await damagedBench(damages['is cut short'] as (file: string) => void);
  await expect(check(bench.config())).rejects.toMatchObject({ message: expect.stringContaining('localhost/one') });
  rmSync(join(bench.repository, encodeURIComponent(archive)), { recursive: true });
  expect((await check(bench.config(), { verifyData: true })).repositories).toMatchObject([
    { status: 'ok', problems: [] },
  ]);
});

test.each(['archive.json', 'index.json', 'dumpstream/manifest.json'])(
  'an archive whose %s is damaged is not restored, and does not hide the others',
  async (file) => {
    const bench = await makeBench({ one: 10_000 });
    await backup(bench.config());
    await backup(bench.config());
    const [older = '', newer = ''] = (await listArchives(bench.config())).map(({ name }) => name);
    flip(join(bench.repository, encodeURIComponent(newer), file));

    expect((await listArchives(bench.config())).map(({ name }) => name)).toEqual([older, newer]);
    const [, status] = (await listArchives(bench.config())).map((archive) => archive.status);
    expect(status).toBe(file === 'archive.json' ? 'incomplete' : 'complete');
    await expect(restore(bench.config(), { archive: newer })).rejects.toMatchObject({
      code: file === 'archive.json' ? 'ARCHIVE_INCOMPLETE' : 'REPOSITORY_FAILED',
      message: expect.stringContaining(newer),
    });
    await expect(check(bench.config(), { verifyData: true })).rejects.toMatchObject({
      message: expect.stringContaining(newer),
    });
    await restore(bench.config(), { archive: older });
  },
);

test('a damaged archive can be told from the rest when the newest one is asked for', async () => {
  const bench = await makeBench({ one: 10_000 });
  await backup(bench.config());
  await backup(bench.config());
  const [older = '', newer = ''] = (await listArchives(bench.config())).map(({ name }) => name);
  flip(join(bench.repository, encodeURIComponent(newer), 'archive.json'));
  const report = await restore(bench.config(), { archive: 'latest' });
  expect(report.archive).toBe(older);
  expect(report.warnings).toEqual([expect.stringContaining(`the archive ${newer}`)]);
});

test('paths that lead out of an archive are not followed', async () => {
  const bench = await makeBench({ one: 10_000 });
  await backup(bench.config());
  const [name = ''] = namesIn(bench.repository);
  const [record, index] = ['archive.json', 'index.json'].map((file) => join(bench.repository, name, file)) as [
    string,
    string,
  ];
  const [{ formatRecord }, original] = [
    await import('../../src/directory/record.ts'),
    JSON.parse(readFileSync(record, 'utf8')),
  ];
  for (const bad of ['../../../etc/passwd', '/etc/passwd', 'a/../../b', 'a//b', './a', 'a/..']) {
    const entries = JSON.parse(readFileSync(index, 'utf8')).entries;
    entries[0].stored.file = bad;
    const texts = formatRecord(original, entries);
    writeFileSync(record, texts.record);
    writeFileSync(index, texts.index);
    await expect(restore(bench.config(), { archive: original.name })).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
    });
  }
});

test('a link in place of a stored file is not followed', async () => {
  const bench = await makeBench({ one: 10_000 });
  await backup(bench.config());
  const file = join(bench.repository, namesIn(bench.repository)[0] as string, dump);
  const elsewhere = join(bench.directory, 'elsewhere.gz');
  renameSync(file, elsewhere);
  symlinkSync(elsewhere, file);
  await expect(restore(bench.config(), { archive: 'latest' })).rejects.toMatchObject({ code: 'ARCHIVE_INCOMPLETE' });
});
