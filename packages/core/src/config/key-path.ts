/** Keys and list indices from the top of the configuration downwards. */
export type KeyPath = readonly (string | number)[];

/** `hooks.postgresql_databases[0].port`; empty for the whole configuration. */
export function keyPathText(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? keyText(step) : `${text}.${keyText(step)}`;
  }, '');
}

/**
 * A key as an error shows it. What does not look like a key may be a value that ended up there, such as the password in
 * `password:secret` with the space forgotten: then only its beginning is shown.
 */
export function keyText(key: string): string {
  const name = /^[\w.-]{0,64}/.exec(key)?.[0] ?? '';
  return name === key && key !== '' ? key : `${name}…`;
}

/** Whether a path is another one or leads below it. */
export function startsWith(path: KeyPath, beginning: KeyPath): boolean {
  return beginning.every((step, index) => path[index] === step);
}

export function isSamePath(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && startsWith(a, b);
}

/** Paths, for asking whether one is among them. */
export class PathSet {
  readonly #keys = new Set<string>();

  add(path: KeyPath): void {
    this.#keys.add(JSON.stringify(path));
  }

  has(path: KeyPath): boolean {
    return this.#keys.has(JSON.stringify(path));
  }
}
