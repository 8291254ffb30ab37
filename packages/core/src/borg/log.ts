/** One line of Borg's standard error under `--log-json`. Borg's manual, "Frontends and how to interact with them". */
export type BorgMessage =
  | { readonly type: 'file'; readonly status: string; readonly path: string }
  | { readonly type: 'log'; readonly level: string; readonly id: string; readonly text: string };

const silent = new Set(['archive_progress', 'progress_message', 'progress_percent']);

/** @returns undefined for a line that says nothing of interest */
export function parseLine(line: string): BorgMessage | undefined {
  // A prompt that was not answered can stand before the JSON, on the same line.
  const start = line.indexOf('{"');
  const value = start < 0 ? undefined : parseObject(line.slice(start));
  if (value === undefined) {
    return line.trim() === '' ? undefined : { type: 'log', level: 'PLAIN', id: '', text: line.trim() };
  }
  if (value.type === 'file_status') return { type: 'file', status: String(value.status), path: String(value.path) };
  if (silent.has(String(value.type))) return undefined;
  return {
    type: 'log',
    level: String(value.levelname ?? 'INFO'),
    id: String(value.msgid ?? ''),
    text: String(value.message ?? ''),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
