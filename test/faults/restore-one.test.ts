import { faultMatrix } from './matrix.ts';

faultMatrix('restore-one');
