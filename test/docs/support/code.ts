import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Page } from '../../support/page.ts';

const root = join(import.meta.dirname, '../../..');

/** What a page says in JavaScript or TypeScript, as files beside it: so its imports lead where a reader's would. */
export function filesOf(page: Page): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let last = '';
  for (const { language, text, file, note, line } of page.blocks) {
    if (!isCode(language) || note?.startsWith('not checked') === true) continue;
    if (note !== goesOn) last = join(root, dirname(page.path), file ?? `${line}.m${language}`);
    files.set(last, `${files.get(last) ?? ''}${text}`);
  }
  return files;
}

/** A block under this note is of one file with the block before it. */
const goesOn = 'goes on';

export function isCode(language: string): boolean {
  return language === 'js' || language === 'ts';
}

/** What the compiler says of each file; JavaScript is checked, too, as far as types can be told from it. */
export function problemsIn(files: ReadonlyMap<string, string>): string[] {
  const named = (language: RegExp) => [...files.keys()].filter((name) => language.test(name));
  const strict = optionsOfTheRepository();
  const typescript = compile(files, named(/\.m?ts$/), strict);
  // What both import is parsed once.
  const javascript = compile(files, named(/\.m?js$/), { ...strict, ...lenient }, typescript);
  return [typescript, javascript].flatMap((program) =>
    program
      .getRootFileNames()
      .map((name) => program.getSourceFile(name))
      .flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
      .map(inWords),
  );
}

const lenient = { noImplicitAny: false, useUnknownInCatchVariables: false, noUncheckedIndexedAccess: false };

function optionsOfTheRepository(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  return { ...options, isolatedModules: false };
}

function compile(
  files: ReadonlyMap<string, string>,
  names: readonly string[],
  options: ts.CompilerOptions,
  before?: ts.Program,
): ts.Program {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  return ts.createProgram(names, options, host, before);
}

function inWords({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
  return `${file?.fileName.slice(root.length + 1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
