/** A client's line, but for those that repeat a statement. */
const ofClient = /^(?:pg_restore|psql):/;
/** Begins a statement of a dump, over as many lines as it has; psql does so for `--echo-errors`. */
const ofStatement = /^(?:\s*Command was: |(?:psql:.* )?STATEMENT: )/;
/** A part of a statement, and in the next line a mark where in it the error is. Secrets are literals, which have quotes. */
const ofExcerpt = /^LINE \d+: .*'/;
const ofMark = /^\s*\^$/;

/** More lines than a client says in one message: where they begin with none of its own, they begin within a statement. */
const messageLines = 30;

/**
 * What clients say themselves in the last lines of their standard error: what they repeat of a dump, such as the statement
 * that failed, may hold passwords of user mappings and subscriptions.
 */
export function ownWords(stderr: string): string {
  const lines = stderr.split('\n');
  let isCut = lines.length > messageLines;
  let isStatement = false;
  let isMarked = false;
  const own = lines.filter((line) => {
    const isRest = isMarked && ofMark.test(line);
    isMarked = ofExcerpt.test(line);
    if (ofStatement.test(line)) [isStatement, isCut] = [true, false];
    else if (ofClient.test(line)) [isStatement, isCut] = [false, false];
    if (isCut) return line.includes('ERROR:');
    return !isStatement && !isMarked && !isRest;
  });
  return own.length === lines.length ? stderr : own.join('\n');
}
