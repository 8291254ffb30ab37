/** @typedef {'borg' | 'directory'} Engine */

/**
 * The YAML that somebody who runs these two servers would write.
 *
 * @param {object} given
 * @param {Engine} given.engine
 * @param {string} given.repository
 * @param {string} given.runDirectory
 * @param {string} given.passphrase
 * @param {Address} given.postgres
 * @param {Address} given.mariadb
 * @returns {string}
 */
export function yaml({ engine, repository, runDirectory, passphrase, postgres, mariadb }) {
  return `location:
    repositories:
${engine === 'borg' ? `        - ${repository}` : `        - path: ${repository}\n          engine: ${engine}`}
    borgmatic_source_directory: ${runDirectory}
${engine === 'borg' ? `\nstorage:\n    encryption_passphrase: ${passphrase}\n    compression: zstd,1\n` : ''}
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
