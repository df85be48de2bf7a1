/** What an error becomes at the end of a command: an exit code, a sentence, and a document. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';

/** 0 done, 1 it failed, 2 wrong usage, 3 a guard said no, 130 cancelled. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Failure)) return 1;
  switch ((error as Failure).code) {
    case 'usage.wrong':
    case 'confirm.needed':
    case 'registry.older':
    case 'connection.unbound':
    case 'trainer.notAllowed':
    case 'hook.notAllowed':
      return 2;
    case 'load.tooManyDeletes':
    case 'check.failed':
      return 3;
    case 'cancelled':
      return 130;
    default:
      return 1;
  }
}

/** A failure's own sentence; of a bug where it happened, for whoever reports it. */
export function sentenceOf(error: unknown): string {
  // A name with line breaks must not look like a line of ours; how a command is used is a text of several lines.
  if (error instanceof Failure)
    return Failure.is(error, 'usage.wrong') ? error.message : error.message.replaceAll(/\s*\n\s*/g, ' ');
  return say('Something broke: {0}', error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** What to add on the command line, when that is what helps. */
export function hintOf(error: unknown): string | null {
  if (Failure.is(error, 'load.tooManyDeletes')) return say('To delete them all the same, add --yes.');
  if (Failure.is(error, 'registry.older')) return say('To do it all the same, add --yes.');
  if (Failure.is(error, 'version.needed'))
    return say('To delete it all the same: snapshot delete {0} --force.', error.data.snapshot);
  if (Failure.is(error, 'table.noKey')) return say('On the command line: --key a, or --key a,b.');
  if (Failure.is(error, 'connection.outside'))
    return say('On the command line: --connection embedded:PATH names a store that may lie anywhere.');
  if (Failure.is(error, 'store.wrongPassword'))
    return say(
      'On the command line: DELTATRAIN_PASSWORD_<NAME> for a connection of deltatrain.json, DELTATRAIN_PASSWORD for a URL; without it a terminal asks.',
    );
  return Failure.is(error, 'model.noParent') ? say('On the command line: add --full.') : null;
}

/**
 * The document of an error as `--json` prints it: the failure's code, sentence and data; code `bug` for anything else.
 */
export function documentOf(error: unknown): { error: { code: string; message: string; data: unknown } } {
  if (error instanceof Failure) {
    const { code, message, data } = error as Failure;
    return { error: { code, message, data: data ?? null } };
  }
  return { error: { code: 'bug', message: error instanceof Error ? error.message : String(error), data: null } };
}
