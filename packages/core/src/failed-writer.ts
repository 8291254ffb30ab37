import type { BackupError } from './errors.ts';
import type { ArchiveWriter } from './repository.ts';

/** In place of an archive that could not be begun, so that those of other repositories go on. */
export function failedWriter(error: BackupError): ArchiveWriter {
  const refuse = async () => {
    throw error;
  };
  return {
    failed: AbortSignal.abort(error),
    sideBySide: true,
    stream: refuse,
    directory: refuse,
    discard: refuse,
    commit: refuse,
    abort: async () => {},
  };
}
