import { faultMatrix } from './matrix.ts';

faultMatrix('backup-two');
