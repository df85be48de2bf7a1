/** Where an error meets the user: the sentence of a failure, and the way on that it offers. */
import { Failure, type FailureCode } from '../../base/failure.ts';
import { systemFailure } from '../../base/failures/systemFailure.ts';
import { say } from '../../base/say.ts';
import type { Action, Tell } from './tell.ts';

type Way = readonly [title: () => string, command: string];

const enterPassword: Way = [() => say('Enter Password…'), 'deltatrain.connection.password'];
const editConnection: Way = [() => say('Edit Connection…'), 'deltatrain.connection.edit'];
const addConnection: Way = [() => say('Add Connection'), 'deltatrain.connection.add'];
const trainFully: Way = [() => say('Train Fully'), 'deltatrain.table.trainFully'];
const showLog: Way = [() => say('Show Log'), 'deltatrain.log.show'];

const ways: Partial<Record<FailureCode, Way>> = {
  'workspace.untrusted': [() => say('Manage Trust'), 'workbench.trust.manage'],
  'connection.unknown': addConnection,
  'connection.outside': addConnection,
  'store.wrongPassword': enterPassword,
  'store.noTls': editConnection,
  'store.badCertificate': editConnection,
  'store.notMatrixone': editConnection,
  'store.unreachable': editConnection,
  'store.denied': editConnection,
  'account.unknown': editConnection,
  'store.disconnected': [() => say('Reconnect'), 'deltatrain.connection.connect'],
  'model.noParent': trainFully,
  'version.replaced': trainFully,
  'training.unknown': [() => say('New Training'), 'deltatrain.table.newTraining'],
  'store.damaged': [() => say('Recover from Backup…'), 'deltatrain.connection.recover'],
  'store.replaced': [() => say('Open Again'), 'deltatrain.connection.connect'],
  'store.lost': showLog,
  'process.ended': showLog,
};

/** A file that cannot be opened is not helped by another host. */
const isAboutFile = (failure: Failure): boolean =>
  Failure.is(failure, 'store.unreachable') && !/:\d+$/.test(failure.data.store);

/** The way on that a failure offers; for a command on a connection that is not known, the command asks. */
export function actionOf(failure: Failure, connection?: string): Action | null {
  const way = isAboutFile(failure) ? undefined : ways[failure.code];
  if (!way) return null;
  const [title, command] = way;
  const isOnConnection = connection !== undefined && command.startsWith('deltatrain.connection.');
  return { title: title(), command, arguments: isOnConnection ? [{ connection }] : [] };
}

/** The one place where an error meets the user: a failure is its sentence and a way on, a cancel is silent, a bug is logged. */
export function tellError(tell: Tell, thrown: unknown, connection?: string): void {
  const error = systemFailure(thrown);
  if (Failure.is(error, 'cancelled')) return;
  if (error instanceof Failure) {
    const action = actionOf(error as Failure, connection);
    tell.log('error', `${error.code}: ${error.message}`);
    tell.say('error', error.message, ...(action ? [action] : []));
    return;
  }
  tell.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  tell.say('error', say('Something broke in DeltaTrain. The log says what.'), {
    title: say('Show Log'),
    command: 'deltatrain.log.show',
  });
}
