/** What the driver and the server say, as failures of the product: by number and words, here and nowhere else. */
import { later, say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { failureRows } from './failureTable.ts';
import type { FailureContext } from './permission.ts';

export type { FailureContext } from './permission.ts';

interface DriverError extends Error {
  readonly errno?: number;
  readonly code?: string;
  /** Only the server's own errors have one. */
  readonly sqlState?: string;
}

const isDriverError = (error: unknown): error is DriverError =>
  error instanceof Error && ('code' in error || 'errno' in error || 'fatal' in error);

/** True for what the server itself answered: the statement is over, and changed nothing. */
export const isOfServer = (error: unknown): boolean => isDriverError(error) && error.sqlState !== undefined;

/** As much as a person reads of a message; patterns over a longer one, which any server can send, would take for ever. */
const mostLetters = 4_000;

/** The first line: a panic of the server brings its stack along. Without the words that stand before every message. */
const plainMessage = (message: string): string =>
  (message.slice(0, mostLetters).split('\n', 1)[0] ?? '')
    .trim()
    .replace(/^(?:(?:internal error|SQL parser error|invalid input|not supported): (?=\S))+/i, '')
    .replace(/^invalid argument /i, '');

/** A KILL QUERY ended it; not ours, which nobody waits for any more. */
const isKilled = (error: unknown): boolean =>
  isDriverError(error) && error.errno === 1105 && /^(?:internal error: )?context canceled/i.test(error.message);

function serverFailure(error: DriverError, context: FailureContext): Failure {
  if (isKilled(error)) {
    const message = say('Somebody stopped the statement on the server (KILL). It changed nothing; run it again.');
    return new Failure('sql.failed', { message }, { cause: error });
  }
  const message = plainMessage(error.message);
  for (const { errno, pattern, failure } of failureRows) {
    if (errno !== null && errno !== error.errno) continue;
    const found = pattern.exec(message);
    if (!found) continue;
    const made = failure(found, context);
    made.cause = error;
    return made;
  }
  return new Failure(
    'sql.failed',
    { message: say('{0} (MatrixOne error {1}).', message, error.errno ?? 0) },
    { cause: error },
  );
}

/** The failure that an error of a statement stands for; what is no error of the driver comes back as it is. */
export function failureOf(error: unknown, context: FailureContext): unknown {
  if (error instanceof Failure || !isDriverError(error)) return error;
  if (error.sqlState !== undefined && error.errno !== undefined) return serverFailure(error, context);
  return disconnected(context.label, context.writes ?? true, error);
}

const lossReasons: Readonly<Record<string, string>> = {
  PROTOCOL_CONNECTION_LOST: later('the server closed it'),
  ECONNRESET: later('it was reset'),
  EPIPE: later('the server closed it'),
  ETIMEDOUT: later('the network does not answer'),
  EHOSTUNREACH: later('the host cannot be reached'),
  ENETUNREACH: later('the network cannot be reached'),
};

function reasonOf(error: DriverError): string {
  const known = lossReasons[error.code ?? ''];
  return known === undefined ? plainMessage(error.message) : say(known);
}

/** A connection that ended under a statement, or before it was sent. */
export const disconnected = (store: string, mayHaveRun: boolean, error: Error): Failure =>
  new Failure('store.disconnected', { store, mayHaveRun, reason: reasonOf(error) }, { cause: error });

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: later('nothing listens there. Check the host and the port, and that the server runs.'),
  ENOTFOUND: later('there is no such host. Check its name.'),
  EAI_AGAIN: later('the name of the host cannot be looked up now. Check the network.'),
  ETIMEDOUT: later('it does not answer. Check the host, the port and the firewall.'),
  ECONNRESET: later('it closed the connection at once. Check the host and the port.'),
  EPIPE: later('it closed the connection at once. Check the host and the port.'),
  PROTOCOL_CONNECTION_LOST: later('it closed the connection at once. Check the host and the port.'),
  EHOSTUNREACH: later('there is no way to the host. Check the network.'),
  ENETUNREACH: later('there is no way to the host. Check the network.'),
};

/** The driver puts a code of its own over those of OpenSSL, so the words decide. */
const badCertificate = /certificate|self[- ]signed|altnames|issuer|PEM|no start line/i;

function tlsFailure(error: DriverError, label: string): Failure {
  const message = plainMessage(error.message).replace(/; if the root CA is installed locally.*$/, '');
  const cause = { cause: error };
  if (badCertificate.test(message))
    return new Failure('store.badCertificate', { store: label, reason: message }, cause);
  return new Failure('store.unreachable', { store: label, reason: say('TLS failed ({0}).', message) }, cause);
}

function loginFailure(error: DriverError, label: string, user: string): Failure {
  const cause = { cause: error };
  const message = plainMessage(error.message);
  if (error.errno === 1045) {
    if (/password/i.test(message)) return new Failure('store.wrongPassword', { store: label, user }, cause);
    return new Failure('store.denied', { store: label, reason: `${message}.` }, cause);
  }
  const known = serverFailure(error, { label, sql: '' });
  if (Failure.is(known, 'database.unknown')) {
    const hint = say('Leave it out of the connection, or make it first (CREATE DATABASE).');
    return new Failure('database.unknown', { database: known.data.database, hint }, cause);
  }
  // In a statement this number means something else.
  if (error.errno !== 20101) return known;
  const reason = say(
    '{0}. A user is written user, account:user or account:user:role.',
    message.replace(/\btenant\b/, 'account'),
  );
  return new Failure('store.denied', { store: label, reason }, cause);
}

/** What went wrong while a connection was opened. */
export function connectFailureOf(error: unknown, label: string, user: string): unknown {
  if (error instanceof Failure || !isDriverError(error)) return error;
  const cause = { cause: error };
  if (error.sqlState !== undefined) return loginFailure(error, label, user);
  const code = error.code ?? '';
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return new Failure('store.noTls', { store: label }, cause);
  if (/^(?:HANDSHAKE_SSL_ERROR$|ERR_SSL_|ERR_OSSL_|ERR_TLS_)/.test(code)) return tlsFailure(error, label);
  const reason = unreachable[code];
  if (reason !== undefined) return new Failure('store.unreachable', { store: label, reason: say(reason) }, cause);
  if (
    code === 'PROTOCOL_ERROR' ||
    code === 'PROTOCOL_UNEXPECTED_PACKET' ||
    code === 'HANDSHAKE_UNKNOWN_ERROR' ||
    code.startsWith('ERR_')
  )
    return new Failure(
      'store.notMatrixone',
      { store: label, found: say('it does not speak the MySQL protocol') },
      cause,
    );
  return new Failure('store.unreachable', { store: label, reason: plainMessage(error.message) }, cause);
}
