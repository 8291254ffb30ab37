import type { HookContext } from '@dumpstream/core';
import { askOnce, type Question } from './ask.ts';
import type { Entry } from './entry.ts';
import { type Server, serverQuestion } from './facts.ts';
import type { Program } from './programs.ts';
import { type Rights, rightsQuestion } from './rights.ts';

/** What is the same for all databases of a server that an account reads or writes. */
export interface Surroundings {
  readonly server: Server;
  readonly rights: Rights;
  readonly place: Place;
}

/** The host that the server says it is on, and the directory of its databases there. */
interface Place {
  readonly host: string;
  readonly directory: string;
}

/** Reads it once in a call. */
export async function readSurroundings(client: Program, entry: Entry, context: HookContext): Promise<Surroundings> {
  const [server, rights, place] = await askOnce(client, entry, context, serverQuestion, rightsQuestion, placeQuestion);
  return { server, rights, place };
}

const placeQuestion: Question<Place> = {
  sql: 'SELECT @@hostname, @@datadir;\n',
  read: ([[host = '', directory = ''] = []]) => ({ host, directory }),
};
