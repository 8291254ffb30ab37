import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { pageAt } from '../support/page.ts';

const { text: page } = pageAt('docs/reference/events.md');
const source = join(import.meta.dirname, '../../packages/core/src/events.ts');
const program = ts.createProgram([source], {
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  module: ts.ModuleKind.NodeNext,
  types: [],
});
const checker = program.getTypeChecker();

/** A type that events.ts exports. */
function exported(name: string): ts.Type {
  const file = program.getSourceFile(source) as ts.SourceFile;
  const found = checker
    .getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol)
    .find((symbol) => symbol.name === name) as ts.Symbol;
  return checker.getDeclaredTypeOfSymbol(found);
}

const members = (type: ts.Type) => (type.isUnion() ? type.types : [type]);
const literals = (name: string) => members(exported(name)).map((type) => (type as ts.StringLiteralType).value);

/** As a row of the page has it: `field?` and its type. */
function row(symbol: ts.Symbol): string {
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const type = checker.typeToString(checker.getTypeOfSymbol(symbol)).replaceAll('"', "'").replace(' | undefined', '');
  return `${symbol.name}${optional ? '?' : ''}: ${type}`;
}

const common = ['type', 'verb', 'time'];
const declared = new Map(
  members(exported('Event')).map((type) => {
    const properties = type.getProperties();
    const [name] = properties.filter(({ name: each }) => each === 'type').map((each) => checker.getTypeOfSymbol(each));
    const own = properties.filter(({ name: each }) => !common.includes(each));
    return [(name as ts.StringLiteralType).value, own.map(row)] as const;
  }),
);

const documented = new Map(
  page
    .split(/^## /m)
    .slice(2)
    .map((section) => {
      const rows = [...section.matchAll(/^\| `([\w?]+)` \| `(.*?)` \| \S.* \|$/gm)];
      return [
        section.slice(0, section.indexOf('\n')),
        rows.map(([, name, type]) => `${name}: ${type?.replaceAll('\\|', '|')}`),
      ] as const;
    }),
);

test('docs/reference/events.md has every event, with each of its fields and their types, and no other', () => {
  expect([...documented.keys()].sort()).toEqual([...declared.keys()].sort());
  for (const [name, fields] of declared) expect([name, documented.get(name)]).toEqual([name, fields]);
});

test('it has every phase and every verb', () => {
  const [, phases = ''] = /^\| phase \| is \|\n(.*?)\n\n/ms.exec(page) ?? [];
  expect([...phases.matchAll(/^\| `(\w+)` \|/gm)].map(([, phase]) => phase).sort()).toEqual(literals('Phase').sort());
  const [, verbs = ''] = /^`Verb` is (.*)$/m.exec(page) ?? [];
  expect([...verbs.matchAll(/`(\w+)`/g)].map(([, verb]) => verb).sort()).toEqual(literals('Verb').sort());
});
