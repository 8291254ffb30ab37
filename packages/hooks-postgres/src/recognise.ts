import type { Meta } from '@dumpstream/core';

/**
 * Tells a dump of pg_dump or pg_dumpall by its first bytes, and what they say of the database.
 * @param files of a dump that is a directory, whose table of contents `head` then is
 */
export function recognise(head: Uint8Array, files: readonly string[]): Meta | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('PGDMP')) {
    return {
      format: files.includes('toc.dat') ? 'directory' : 'custom',
      ...archiveVersions(head),
      ...properties(text),
    };
  }
  if (files.length > 0) return undefined;
  if (text.startsWith('toc.dat\0') && text.startsWith('ustar', 257)) {
    return { format: 'tar', ...archiveVersions(head.subarray(512)), ...properties(text) };
  }
  if (/^(?:--\n)?-- PostgreSQL database cluster dump\n/.test(text)) return { format: 'cluster' };
  if (/^(?:--\n)?-- PostgreSQL database dump\n/.test(text)) return plain(text);
  return undefined;
}

/**
 * One that makes or chooses its database itself would not stay in the one that it is loaded into. The encoding that it
 * is in may not fit the server's locale, and any will do into which it can be converted.
 */
function plain(text: string): Meta {
  const leaves = /^(?:CREATE DATABASE|DROP DATABASE|\\connect) /m.test(text);
  const [, server_version] = /^-- Dumped from database version (\S+)/m.exec(text) ?? [];
  const [, client_version] = /^-- Dumped by pg_dump version (\S+)/m.exec(text) ?? [];
  const cleans = /^(?:ALTER|DROP) .*\bIF EXISTS /m.test(text) ? 'true' : undefined;
  return { format: leaves ? 'script' : 'plain', ...defined({ cleans, server_version, client_version }) };
}

/** How pg_dump's table of contents describes the database that was dumped: among its first entries. */
function properties(text: string): Readonly<Record<string, string>> {
  const [, clauses = ''] = /CREATE DATABASE .*? WITH TEMPLATE = template0 ([^;]*);/s.exec(text) ?? [];
  const value = (name: string) => new RegExp(`\\b${name} = (?:'((?:[^']|'')*)'|(\\w+))`).exec(clauses);
  const clause = (name: string) => {
    const [, quoted, bare] = value(name) ?? [];
    return quoted?.replaceAll("''", "'") ?? bare;
  };
  const locale = clause('LOCALE');
  return defined({
    encoding: clause('ENCODING'),
    collate: clause('LC_COLLATE') ?? locale,
    ctype: clause('LC_CTYPE') ?? locale,
    locale_provider: clause('LOCALE_PROVIDER'),
    locale: clause('ICU_LOCALE') ?? clause('BUILTIN_LOCALE'),
    icu_rules: clause('ICU_RULES'),
  });
}

/** Versions of server and pg_dump in the header of pg_dump's own formats. */
function archiveVersions(head: Uint8Array): Readonly<Record<string, string>> {
  const bytes = Buffer.from(head);
  const [minor = 0, intSize = 4] = [bytes[6], bytes[8]];
  const int = 1 + intSize; // a sign, and as many bytes, the lowest first
  // Magic, version (3), two sizes, format; compression; the seven numbers of a date.
  let at = 11 + (minor >= 15 ? 1 : int) + 7 * int;
  const string = () => {
    if (at + int > bytes.length) return undefined;
    const length = bytes[at] === 0 ? bytes.readUInt32LE(at + 1) : 0;
    at += int + length;
    return at > bytes.length ? undefined : bytes.toString('utf8', at - length, at);
  };
  const [, server, client] = [string(), string(), string()].map((text) => text?.match(/^\d[\w.]*/)?.[0]);
  return defined({ server_version: server, client_version: client });
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
