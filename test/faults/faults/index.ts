import type { Fault } from '../fault.ts';
import { borgFaults } from './borg.ts';
import { clientFaults } from './clients.ts';
import { hostFaults } from './hosts.ts';
import { repositoryFaults } from './repositories.ts';
import { serverFaults } from './servers.ts';
import { sshFaults } from './ssh.ts';

/** Everything that can go wrong, in the order in which the documentation lists it. */
export const faults: readonly Fault[] = [
  ...clientFaults,
  ...serverFaults,
  ...borgFaults,
  ...repositoryFaults,
  ...sshFaults,
  ...hostFaults,
];
