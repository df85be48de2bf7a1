/** A logged-in connection of the driver: the socket is ours, so that it can be given up at any moment, and TLS is decided here. */
import { later, say } from '../../../base/say.ts';
import { isIP, type Socket, connect as connectSocket } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';
import { type Connection as Driver, createConnection } from 'mysql2';
import { Failure } from '../../../base/failure.ts';
import { connectFailureOf } from '../failures/failures.ts';
import { safeWays } from './authentication.ts';
import { flooded, mostBytes } from './flood.ts';
import { labelOf, type ServerOptions } from './serverOptions.ts';

/** A connection of the driver that is logged in, and what it runs over. */
export interface Handshake {
  readonly driver: Driver;
  readonly socket: Socket;
  /** What the driver reads from: the socket, or TLS over it. */
  readonly stream: Socket;
  readonly isEncrypted: boolean;
}

/** How long a login may take, and the silence in what follows it. */
export const connectMs = 10_000;

/** Tries TLS as the options say; see `ServerOptions.tls`. */
export async function handshake(options: ServerOptions, signal?: AbortSignal): Promise<Handshake> {
  if (options.tls === 'off') return logIn(options, false, signal);
  try {
    return await logIn(options, true, signal);
  } catch (error) {
    if (options.tls === 'required' || !Failure.is(error, 'store.noTls')) throw error;
    return logIn(options, false, signal);
  }
}

const foreign = later('it does not speak the MySQL protocol');

/** The first packet has the number 0, and greets in version 10 or brings an error. */
const isGreeting = (bytes: Buffer): boolean =>
  (bytes[3] ?? 0) === 0 && (bytes[4] === undefined || bytes[4] === 10 || bytes[4] === 255);

/** A peer that took the connection and did not greet in time is some other kind of server; one that never took it is not there. */
function silence(label: string, socket: Socket, greeted: boolean): Failure {
  if (greeted || socket.connecting)
    return new Failure('store.unreachable', {
      store: label,
      reason: say('it did not answer within {0} s. Check the host, the port and the firewall.', connectMs / 1000),
    });
  const found = socket.bytesRead === 0 ? say('it takes connections and says nothing') : say(foreign);
  return new Failure('store.notMatrixone', { store: label, found });
}

function driverOver(options: ServerOptions, encrypted: boolean, socket: Socket): Driver {
  const { host, port, user, password, database, ca } = options;
  const authPlugins = safeWays(options, encrypted);
  return createConnection({
    stream: () => socket,
    host,
    port,
    user,
    password: password ?? '',
    ...(database !== null && { database }),
    ...(authPlugins && { authPlugins }),
    // An address has no name that the driver could check: see `identityProblem`. One object a connection: no session is resumed.
    ...(encrypted && {
      ssl: { rejectUnauthorized: true, verifyIdentity: isIP(host) === 0, ...(ca !== null && { ca }) },
    }),
    // Cells as bytes: the driver's own decoding breaks characters of four bytes.
    typeCast: false,
    rowsAsArray: true,
    multipleStatements: false,
    connectTimeout: 0,
  });
}

const tlsOf = (driver: Driver): TLSSocket | undefined =>
  'stream' in driver && driver.stream instanceof TLSSocket ? driver.stream : undefined;

/** The driver checks a certificate's name only against host names. */
function identityProblem(host: string, driver: Driver): Error | undefined {
  const tls = tlsOf(driver);
  return isIP(host) === 0 || !tls ? undefined : checkServerIdentity(host, tls.getPeerCertificate());
}

function logIn(options: ServerOptions, encrypted: boolean, signal: AbortSignal | undefined): Promise<Handshake> {
  const label = labelOf(options);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new Failure('cancelled'));
      return;
    }
    const socket = connectSocket({
      host: options.host,
      port: options.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    });
    let over = false;
    let greeted = false;
    const finish = (act: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      socket.off('data', count);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const giveUp = (error: unknown): void =>
      finish(() => {
        socket.destroy();
        const reason = connectFailureOf(error, label, options.user);
        reject(reason instanceof Error ? reason : new Error('The driver failed without an error.', { cause: reason }));
      });
    const onAbort = (): void => giveUp(new Failure('cancelled'));
    const count = (): void => {
      if (socket.bytesRead > mostBytes.login) giveUp(flooded(label, 'login'));
    };
    socket.on('data', count);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => giveUp(silence(label, socket, greeted)), connectMs);
    socket.once('data', (bytes) => {
      if (isGreeting(bytes)) greeted = true;
      else giveUp(new Failure('store.notMatrixone', { store: label, found: say(foreign) }));
    });
    try {
      const driver = driverOver(options, encrypted, socket);
      // The driver tells some errors twice, after the first was dealt with.
      driver.on('error', giveUp);
      driver.on('warn', () =>
        giveUp(new Failure('store.notMatrixone', { store: label, found: say('its packets are out of order') })),
      );
      driver.connect((error) => {
        const problem = error ?? identityProblem(options.host, driver);
        if (problem) giveUp(problem);
        else finish(() => resolve({ driver, socket, stream: tlsOf(driver) ?? socket, isEncrypted: encrypted }));
      });
    } catch (error) {
      giveUp(error);
    }
  });
}
