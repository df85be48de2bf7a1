/** Runs the program that a training names for what happens to it (`"on"`): under the rule of trainers, with a document to read. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { digestOf, resolveCommand } from '../consent/digest.ts';
import { inJobFolder } from '../jobs/jobFolder.ts';
import { runOutsideJob } from './runJob.ts';

/** What a hook may take, use and write. */
const minutes = 5;
const memoryBytes = 1e9;
const diskBytes = 100e6;

/** A program that is run when something happened. */
export interface Hook {
  /** The folder of deltatrain.json. */
  readonly folder: string;
  readonly command: readonly string[];
  /** Whether the person of this machine allowed a program with these contents. */
  readonly isAllowed: (digest: string) => boolean;
}

/** What is said of a trainer, said of a hook. */
function ofHook({ command }: Hook, error: unknown): unknown {
  const name = command.join(' ');
  if (Failure.is(error, 'trainer.unusable')) return new Failure('hook.failed', { command: name, why: error.data.why });
  if (!Failure.is(error, 'trainer.failed')) return error;
  const { why, said } = error.data;
  return new Failure('hook.failed', { command: name, why, ...(said !== undefined && { said }) });
}

/** Before the work begins at whose end it might be run: `hook.notAllowed`, and `hook.failed` where it cannot be started. */
export function requireHook(hook: Hook): void {
  try {
    if (hook.isAllowed(digestOf(hook.folder, hook.command))) return;
  } catch (error) {
    throw ofHook(hook, error);
  }
  throw new Failure('hook.notAllowed', {
    command: hook.command.join(' '),
    how: say('Read it, then allow it: deltatrain trainer allow.'),
  });
}

/**
 * Starts it as `command… held FILE`, in a folder of its own; FILE is the document as JSON. It is looked at anew, as it may have changed
 * meanwhile: `hook.notAllowed`, `hook.failed` with its last words, `cancelled`.
 */
export async function runHook(
  hook: Hook,
  document: object,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): Promise<void> {
  requireHook(hook);
  await inJobFolder(async (folder) => {
    const job = {
      ...{ verb: 'held' as const, command: resolveCommand(hook.folder, hook.command), folder: folder.path },
      ...{ file: folder.write('event.json', document), env: [], minutes, memoryBytes, diskBytes },
    };
    await runOutsideJob(job, { signal, log, progress: () => {} });
  }).catch((error: unknown) => {
    throw ofHook(hook, error);
  });
}
