/**
 * Imports point one way: verbs → config | borg → process → contracts → errors. A file that is in none of the folders and
 * in none of the lists below is a verb or a part of one, and may import all of them.
 */
const core = '^packages/core/src';
const errors = `${core}/(errors|report)\\.ts$`;
const contracts = `${core}/((hook|repository|manifest|comment|place|events|report|errors)|config/config)\\.ts$`;
const process = `${core}/process/`;
const config = `${core}/config/`;
const borg = `${core}/borg/`;
const directory = `${core}/directory/`;
const dependency = '(^|/)node_modules/';

/**
 * @param {string} name
 * @param {string} comment why, as it is printed when the rule is broken
 * @param {object} from
 * @param {object} to
 */
function forbid(name, comment, from, to) {
  return { name, comment, severity: /** @type {const} */ ('error'), from, to };
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-circle',
      'files that import each other can only be understood together: move what both need into a third',
      {},
      { circular: true, via: { pathNot: errors } },
    ),
    forbid(
      'no-dead-import',
      'the imported file or package is not there, or is no dependency of this package',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'errors-at-the-bottom',
      'every layer throws the error class, so it imports no layer (only types of the report, which holds errors)',
      { path: errors },
      { path: '.', pathNot: errors },
    ),
    forbid(
      'contracts-below-engines',
      'a contract says what is asked of an engine and knows none: it imports other contracts only',
      { path: contracts },
      { path: core, pathNot: contracts },
    ),
    forbid(
      'process-below-borg',
      'starting and joining processes knows nothing of Borg, of the configuration or of the verbs, so that each can use it',
      { path: process },
      { path: core, pathNot: [process, contracts] },
    ),
    forbid(
      'borg-below-verbs',
      'Borg is one engine behind the contract of repositories: it is given what it needs and asks no verb and no file',
      { path: borg },
      { path: core, pathNot: [borg, process, contracts] },
    ),
    forbid(
      'directory-below-verbs',
      'the directory engine is one behind the contract of repositories, as Borg is: it knows neither Borg nor a verb',
      { path: directory },
      { path: core, pathNot: [directory, process, contracts] },
    ),
    forbid(
      'config-below-verbs',
      'a configuration is read and checked before there is a run: it knows no verb, no process, and of an engine only its keys',
      { path: config },
      { path: core, pathNot: [config, contracts, `${core}/(borg|directory)/keys\\.ts$`] },
    ),
    forbid(
      'testing-is-not-shipped-along',
      'the kit for authors of hooks is for their tests: nothing that runs in production imports it',
      { pathNot: ['/testing/', '/test/'] },
      { path: `${core}/testing/` },
    ),
    forbid(
      'testing-is-a-user',
      'the kit uses core as authors of hooks do, by its public API: what it needs beyond that, they would need, too',
      { path: `${core}/testing/` },
      { path: core, pathNot: [`${core}/testing/`, `${core}/index\\.ts$`] },
    ),
    forbid(
      'packages-know-core-only',
      'a hook or an engine of its own is written against the public API alone, as third parties write theirs',
      { path: '^packages/((?:hooks|repository)-[^/]+)/src/' },
      { path: '.', pathNot: ['^packages/$1/src/', `${core}/index\\.ts$`], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'core-names-no-database',
      'core serves every hook and every engine alike: what is special about one belongs into its package',
      { path: core },
      { path: '^packages/(?:hooks|repository)-' },
    ),
    forbid(
      'no-tests-in-sources',
      'what is published cannot import what is not',
      { path: '^packages/[^/]+/src/' },
      { path: '(^|/)(test|scripts|examples)/' },
    ),
  ],
  options: {
    doNotFollow: { path: dependency },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'node', 'default'], exportsFields: ['exports'] },
  },
};
