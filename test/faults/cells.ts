import type { Fault, Format, Kind, Verb } from './fault.ts';
import { kindOf, verbs } from './fault.ts';
import { faults } from './faults/index.ts';

export interface Planned {
  readonly fault: Fault;
  readonly format: Format;
  readonly round: number;
}

/** The formats that each verb is crossed with so far. */
const formats: Readonly<Record<Kind, readonly Format[]>> = {
  backup: ['custom', 'plain', 'mariadb'],
  restore: ['custom', 'plain'],
};

/** Every fault that a verb can meet: once each, with the formats in turn; with `rounds`, every format so many times. */
export function cellsOf(verb: Verb, rounds = Number(process.env.DUMPSTREAM_FAULT_ROUNDS ?? 0)): readonly Planned[] {
  const kind = kindOf(verb);
  const offset = Object.keys(verbs).indexOf(verb);
  return faults
    .filter((fault) => (fault.kinds ?? ['backup', 'restore']).includes(kind))
    .filter((fault) => !fault.notYet?.includes(verb))
    .filter((fault) => fault.root === undefined || process.getuid?.() === 0)
    .flatMap((fault, index) => {
      const fitting = formats[kind].filter((format) => (fault.formats ?? [format]).includes(format));
      if (rounds === 0) {
        const format = fitting[(index + offset) % fitting.length];
        return format === undefined ? [] : [{ fault, format, round: 1 }];
      }
      return Array.from({ length: rounds }, (_, round) =>
        fitting.map((format) => ({ fault, format, round: round + 1 })),
      ).flat();
    });
}
