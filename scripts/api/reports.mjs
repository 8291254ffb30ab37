/** What the packages offer to those who import them, as text: every exported name with its types. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { packageDirectories, root } from '../setup/workspace.mjs';

const silent = { default: { logLevel: ExtractorLogLevel.None } };

/**
 * @typedef {object} EntryPoint
 * @property {string} directory of the package, from the root
 * @property {string} name of its declaration in `dist`
 * @property {string} specifier what is imported
 */

/**
 * Of the built packages.
 *
 * @returns {Map<string, string>} file, from the root → its text
 */
export function reports() {
  const works = packageDirectories('packages').flatMap((directory) => entryPoints(directory).map(prepare));
  try {
    const [first, ...others] = works;
    if (first === undefined) return new Map();
    const additionalEntryPoints = others.map(({ config }) => config.mainEntryPointFilePath);
    // One compilation for all.
    const compilerState = CompilerState.create(first.config, { additionalEntryPoints, typescriptCompilerFolder });
    return new Map(works.map((work) => extract(work, compilerState)));
  } finally {
    for (const { folder } of works) rmSync(folder, { recursive: true });
  }
}

const typescriptCompilerFolder = join(root, 'node_modules/typescript');

/** @param {string} directory @returns {EntryPoint[]} */
function entryPoints(directory) {
  const { name, exports } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  return Object.keys(exports).flatMap((path) => {
    const types = exports[path].import?.types;
    return types === undefined ? [] : [{ directory, name: types.slice('./dist/'.length), specifier: join(name, path) }];
  });
}

/** @param {EntryPoint} entryPoint */
function prepare(entryPoint) {
  // In a folder of its own within the package: dependencies are found as there, and the kit's import of core is no part of it.
  const modules = join(root, entryPoint.directory, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const folder = mkdtempSync(join(modules, '.api-'));
  const packageJson = join(folder, 'package.json');
  writeFileSync(packageJson, JSON.stringify({ name: 'entry-point', version: '0.0.0', type: 'module' }));
  const declaration = join(folder, 'index.d.ts');
  const text = readFileSync(join(root, entryPoint.directory, 'dist', entryPoint.name), 'utf8');
  // typebox is published with core and is still not core's own: it is only named.
  writeFileSync(declaration, text.replaceAll("'./typebox/index.js'", "'typebox'"));
  return { entryPoint, folder, config: configuration(folder, declaration, packageJson) };
}

/** @param {string} folder @param {string} declaration @param {string} packageJson */
function configuration(folder, declaration, packageJson) {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declaration,
      compiler: { overrideTsconfig: { compilerOptions, files: [declaration] } },
      apiReport: {
        enabled: true,
        reportFileName: 'report.api.md',
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      // What is used and not exported stays in the report; comments are for people, and need no tags.
      messages: {
        tsdocMessageReporting: silent,
        extractorMessageReporting: {
          ...silent,
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: packageJson,
  });
}

/**
 * @param {ReturnType<typeof prepare>} work
 * @param {CompilerState} compilerState
 * @returns {[string, string]}
 */
function extract({ entryPoint, folder, config }, compilerState) {
  /** @type {string[]} */
  const failures = [];
  const { errorCount } = Extractor.invoke(config, {
    compilerState,
    typescriptCompilerFolder,
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === 'error') failures.push(message.text);
      message.handled = true;
    },
  });
  if (errorCount > 0) throw new Error(`${entryPoint.specifier}: ${failures.join('\n')}`);
  const [, types] = readFileSync(join(folder, 'report.api.md'), 'utf8').split('```');
  const file = join(entryPoint.directory, 'api', entryPoint.name.replace(/\.d\.ts$/, '.api.md'));
  return [file, `${heading(entryPoint.specifier)}\n\`\`\`${withoutNote(types ?? '')}\`\`\`\n`];
}

/** @param {string} specifier */
function heading(specifier) {
  return `# Public API of \`${specifier}\`

Made by \`npm run api -- --write\`. What changes here changes for those who import the package.
`;
}

/** @param {string} types */
function withoutNote(types) {
  return types.replace(/\n+\/\/ \(No @packageDocumentation .*\n+$/, '\n').replace(/^ts\n+/, 'ts\n');
}
