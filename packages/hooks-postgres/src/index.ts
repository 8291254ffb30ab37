export { postgresql } from './hook.ts';
