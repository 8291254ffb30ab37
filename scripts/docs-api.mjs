/**
 * `npm run docs:api`: the public API as HTML, in `.cache/api`. Fails on a link that leads nowhere, and where an asynchronous
 * function does not say what it throws, or names a code that there is not.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Application, ReflectionKind } from 'typedoc';
import { orFail } from './setup/or-fail.mjs';
import { ensureBuild, root } from './setup/workspace.mjs';

/** @param {readonly import('typedoc').CommentDisplayPart[]} parts */
const text = (parts) => parts.map((part) => part.text).join('');

/** @param {import('typedoc').SignatureReflection} signature @param {readonly string[]} codes @returns {string[]} */
function flaws(signature, codes) {
  const throws = signature.comment?.getTags('@throws').map(({ content }) => text(content)) ?? [];
  const isAsync = /^Promise</.test(signature.type?.toString() ?? '');
  if (isAsync && throws.length === 0) return [`${signature.name} does not say what it throws`];
  const named = throws.flatMap((each) => each.match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g) ?? []);
  return named
    .filter((code) => !codes.includes(code))
    .map((code) => `${signature.name} names ${code}, which is no code`);
}

/** `core/src/testing` is `@dumpstream/core/testing`. @param {string} path */
const specifier = (path) => `@dumpstream/${path.replace('/src', '')}`;

await orFail('docs:api', async () => {
  await ensureBuild();
  const app = await Application.bootstrapWithPlugins({ options: join(root, 'typedoc.json') });
  const project = await app.convert();
  if (project === undefined) throw new Error('the sources do not compile');
  for (const module of project.children ?? []) module.name = specifier(module.name);
  app.validate(project);
  const { errorCodes } = await import(pathToFileURL(join(root, 'packages/core/dist/index.js')).href);
  const core = project.children?.find(({ name }) => name === '@dumpstream/core');
  const functions = core?.getChildrenByKind(ReflectionKind.Function) ?? [];
  const found = functions.flatMap(({ signatures = [] }) => signatures.flatMap((each) => flaws(each, errorCodes)));
  if (found.length > 0) throw new Error(found.join('\n'));
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('see above');
});
