import type { Exclusion, Fault, Format, Verb } from './fault.ts';
import { formats, kindOf, verbs } from './fault.ts';
import { faults } from './faults/index.ts';

export interface Planned {
  readonly fault: Fault;
  readonly format: Format;
  readonly round: number;
}

/** Why a fault cannot strike there; undefined where it can. */
export function exclusionOf({ exclusions = [] }: Fault, verb: Verb, format: Format): Exclusion | undefined {
  return exclusions.find(({ kind, formats: those = formats }) => kind === kindOf(verb) && those.includes(format));
}

/** Every fault that a verb can meet: once each, with the formats in turn; with `rounds`, every format so many times. */
export function cellsOf(verb: Verb, rounds = Number(process.env.DUMPSTREAM_FAULT_ROUNDS ?? 0)): readonly Planned[] {
  const offset = Object.keys(verbs).indexOf(verb);
  return faults.flatMap((fault, index) => {
    if (fault.root && process.getuid?.() !== 0) return [];
    const fitting = formats.filter((format) => exclusionOf(fault, verb, format) === undefined);
    if (rounds === 0) {
      const format = fitting[(index + offset) % fitting.length];
      return format === undefined ? [] : [{ fault, format, round: 1 }];
    }
    return Array.from({ length: rounds }, (_, round) =>
      fitting.map((format) => ({ fault, format, round: round + 1 })),
    ).flat();
  });
}
