export { restic } from './engine.ts';
