/**
 * The YAML that somebody who runs these two servers would write.
 *
 * @param {{ repository: string, runDirectory: string, passphrase: string, postgres: Address, mariadb: Address }} given
 * @returns {string}
 */
export function yaml({ repository, runDirectory, passphrase, postgres, mariadb }) {
  return `location:
    repositories:
        - ${repository}
    borgmatic_source_directory: ${runDirectory}

storage:
    encryption_passphrase: ${passphrase}
    compression: zstd,1

hooks:
    postgresql_databases:
        - name: users
${entry(postgres)}
        - name: orders
${entry(postgres)}
    mariadb_databases:
        - name: posts
${entry(mariadb)}
`;
}

/**
 * @typedef {object} Address
 * @property {string} host
 * @property {number} port
 * @property {string} user
 * @property {string} password
 */

/** @param {Address} server */
function entry({ host, port, user, password }) {
  const keys = { hostname: host, port, username: user, password: `"${password}"` };
  return Object.entries(keys)
    .map(([key, value]) => `          ${key}: ${value}`)
    .join('\n');
}
