/** Text as an SQL literal, whatever `standard_conforming_strings` says. */
function literal(text: string): string {
  return `E'${text.replace(/[\\']/g, '\\$&')}'`;
}

/**
 * A script for psql: settings of the session first, then the variables, as `:'name'` in the script.
 * They go through the script's own text, so that no argument list shows or limits them.
 */
export function script(variables: Readonly<Record<string, string | boolean>>, body: string): string {
  const columns = Object.entries(variables).map(([name, value]) => `${literal(String(value))} as ${name}`);
  return [settings, columns.length === 0 ? '' : `select ${columns.join(', ')} \\gset\n`, body].join('');
}

/** Whether the server's platform can watch for a client that has gone; elsewhere it refuses the setting. */
export const noticesDeadClients = `current_setting('client_connection_check_interval', true) is not null
  and version() ~ 'linux'`;

// Settings of a role or database may be meant for its applications, and functions in its search path may be anybody's.
const settings = String.raw`
select pg_catalog.set_config('search_path', 'pg_catalog', false) \g /dev/null
select set_config(name, value, false) from (values
    ('statement_timeout', '0'), ('lock_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
    ('transaction_timeout', '0'), ('idle_session_timeout', '0'), ('default_transaction_read_only', 'off'),
    ('client_min_messages', 'warning')) s(name, value)
  where current_setting(name, true) is not null \g /dev/null
select set_config('client_connection_check_interval', '500', false) where ${noticesDeadClients} \g /dev/null
`;
