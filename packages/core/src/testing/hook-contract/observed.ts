import type { Command, DatabaseHook, HookContext, Job, Meta, RestoreJob } from '@dumpstream/core';

/** What is seen of a hook while it works. */
export interface Observer {
  readonly command?: (command: Command) => void;
  readonly meta?: (meta: Meta) => void;
}

/** The hook itself, watched. */
export function observed(hook: DatabaseHook, { command = () => {}, meta = () => {} }: Observer): DatabaseHook {
  const note = <T extends readonly Command[]>(commands: T): T => {
    commands.forEach(command);
    return commands;
  };
  const watch = (context: HookContext): HookContext => ({
    get signal() {
      return context.signal;
    },
    run: (given) => context.run(...note([given] as const)),
    talk: (given) => context.talk(...note([given] as const)),
    once: (key, make) =>
      context.once(key, ({ signal, run }) => make({ signal, run: (given) => run(...note([given] as const)) })),
    defer: (cleanup) => context.defer((later) => cleanup(watch(later))),
    warn: (message) => context.warn(message),
  });
  const { list, check, recognise, explain } = hook;
  return {
    name: hook.name,
    entry: hook.entry,
    ...(list && { list: (entry, context) => list.call(hook, entry, watch(context)) }),
    ...(check && { check: (job: Job, context) => check.call(hook, job, watch(context)) }),
    async dump(job, sink, context) {
      const found = await hook.dump(
        job,
        {
          from: (...commands) => sink.from(...note(commands)),
          write: (data) => sink.write(data),
          directory: (make) => sink.directory(make),
        },
        watch(context),
      );
      meta(found);
      return found;
    },
    restore: (job: RestoreJob, source, context) =>
      hook.restore(
        job,
        {
          into: (...commands) => source.into(...note(commands)),
          intoFirst: (bytes, given) => source.intoFirst(bytes, ...note([given] as const)),
          read: () => source.read(),
          directory: (use) => source.directory(use),
        },
        watch(context),
      ),
    ...(recognise && { recognise: (head, files) => recognise.call(hook, head, files) }),
    ...(explain && { explain: (stderr) => explain.call(hook, stderr) }),
  };
}
