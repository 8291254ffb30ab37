import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import type { CronJob } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { parseAllDocuments } from 'yaml';
import { pageAt } from '../support/page.ts';
import { tempDir } from '../support/servers.ts';
import { problemsIn } from './support/code.ts';
import { loaded } from './support/configuration.ts';

const manifest =
  pageAt('docs/guides/kubernetes.md').blocks.find(({ file }) => file === 'backup-cronjob.yaml')?.text ?? '';
const [configMap, cronJob] = parseAllDocuments(manifest).map((document) => document.toJS()) as [ConfigMap, CronJob];

test('the manifest has only fields that Kubernetes knows, of their types', () => {
  const typed = (type: string, from: string, value: unknown) =>
    `import type { ${type} } from 'kubernetes-types/${from}.js';\nexport const value: ${type} = ${JSON.stringify(value, null, 2)};\n`;
  const files = new Map([
    [`${import.meta.dirname}/config-map.ts`, typed('ConfigMap', 'core/v1', configMap)],
    [`${import.meta.dirname}/cron-job.ts`, typed('CronJob', 'batch/v1', cronJob)],
  ]);
  expect(problemsIn(files)).toEqual([]);
}, 300_000);

test('every volume and variable that is used is there', async () => {
  const { containers, volumes } = cronJob.spec?.jobTemplate.spec?.template.spec ?? { containers: [] };
  const [{ env, volumeMounts } = { env: [], volumeMounts: [] }] = containers;
  expect(volumeMounts?.map(({ name }) => name).sort()).toEqual(volumes?.map(({ name }) => name).sort());
  const yaml = configMap.data?.['backup.yaml'] ?? '';
  const { warnings } = await loaded(yaml, [postgresql(), mysql(), mariadb()], await tempDir());
  expect(warnings).toEqual([]);
  const names = env?.map(({ name }) => name);
  for (const [, name = ''] of yaml.matchAll(/\$\{(\w+)\}/g)) expect(names).toContain(name);
});
