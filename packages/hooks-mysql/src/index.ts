export { mariadb, mysql } from './hook.ts';
