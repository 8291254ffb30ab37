import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { type Fault, type Format, type Verb, verbs } from '../fault.ts';
import { document } from './document.ts';
import { outcomesIn } from './table.mjs';

export interface Outcome {
  readonly verb: Verb;
  readonly fault: string;
  readonly title: string;
  readonly format: Format;
  /** A code, `ok` or `ended`; of a restore also what became of the databases. */
  readonly outcome: string;
}

/** Where `npm run test:faults` collects them. */
const file = process.env.DUMPSTREAM_FAULT_OUTCOMES;

export class Outcomes {
  readonly #verb: Verb;
  readonly #seen: Outcome[] = [];

  constructor(verb: Verb) {
    this.#verb = verb;
  }

  add({ id, title, varies }: Fault, format: Format, outcome: string): void {
    const seen: Outcome = { verb: this.#verb, fault: id, title, format, outcome };
    this.#seen.push(seen);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(seen)}\n`);
    // What is not being written has to be what is written, unless it can be another the next time.
    else if (!varies) expect(outcomesIn(document, this.#verb, id)).toContainEqual({ format, outcome });
  }

  print(): void {
    const rows = this.#seen.map(
      ({ fault, format, outcome }) => `  ${fault.padEnd(28)} ${format.padEnd(10)} ${outcome}`,
    );
    process.stdout.write(`\nFaults, ${verbs[this.#verb]}:\n${rows.join('\n')}\n`);
  }
}
