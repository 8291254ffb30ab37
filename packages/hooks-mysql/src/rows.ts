const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\0': '\0', '\\\\': '\\' };

/** What a client printed with `--batch --skip-column-names`, as rows of columns. */
export function parseRows(output: string): string[][] {
  const lines = output.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) =>
    line.split('\t').map((column) => column.replace(/\\[nt0\\]/g, (escaped) => escapes[escaped] ?? escaped)),
  );
}
