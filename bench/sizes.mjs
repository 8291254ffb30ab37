/**
 * How much is measured. `small` is for a quick look: there, what a run costs at the beginning weighs more than it should.
 *
 * @typedef {object} Sizes
 * @property {number} postgresql bytes of the large database's dump, about
 * @property {number} mariadb the same
 * @property {number} many small databases, half of each system
 * @property {number} crowd databases of a server that takes few connections
 * @property {readonly number[]} memory bytes of dumps
 * @property {number} cpu bytes of a dump
 * @property {number} archives in a listed repository
 */

/** @type {Readonly<Record<string, Sizes>>} */
export const modes = {
  small: {
    postgresql: 48e6,
    mariadb: 28e6,
    many: 10,
    crowd: 40,
    memory: [10e6, 100e6],
    cpu: 100e6,
    archives: 20,
  },
  full: {
    postgresql: 600e6,
    mariadb: 350e6,
    many: 50,
    crowd: 500,
    memory: [100e6, 1e9, 5e9],
    cpu: 1e9,
    archives: 200,
  },
};
