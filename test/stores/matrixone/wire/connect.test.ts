// Connecting: what is said when the address, the user, the certificate or the server is wrong, and how a release is told.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { limitsOf } from '../../../../src/stores/matrixone/wire/release.ts';
import type { ServerOptions } from '../../../../src/stores/matrixone/login/serverOptions.ts';
import { openPeer, type Peer, type PeerOptions } from '../peer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function peerOf(options: Partial<PeerOptions> = {}): Promise<Peer> {
  const peer = await openPeer({ answer: () => false, ...options });
  closing.push(() => peer.close());
  return peer;
}

async function opened(options: ServerOptions): ReturnType<typeof openServer> {
  const server = await openServer(options);
  closing.push(() => server.close());
  return server;
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

const someOptions: ServerOptions = {
  host: '127.0.0.1',
  port: 1,
  user: 'root',
  password: '111',
  database: null,
  tls: 'off',
  ca: null,
  statementTimeoutSeconds: 30,
};

async function listening(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('an address where no server is', () => {
  test('nothing listens', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((closed) => server.close(closed));
    const failure = await failureOf(openServer({ ...someOptions, port }));
    expect(failure.message).toBe(
      `Cannot open 127.0.0.1:${port}: nothing listens there. Check the host and the port, and that the server runs.`,
    );
  });

  test('no such host', async () => {
    const failure = await failureOf(openServer({ ...someOptions, host: 'no-such-host.invalid' }));
    expect(failure.code).toBe('store.unreachable');
    expect(failure.message).toMatch(/no such host|cannot be looked up/);
  });

  test('it takes the connection and hangs up', async () => {
    const port = await listening(createServer((socket) => socket.end()));
    expect((await failureOf(openServer({ ...someOptions, port }))).message).toContain('closed the connection at once');
  });

  test('cancelled while it does not answer', async () => {
    const port = await listening(createServer());
    const abort = new AbortController();
    const opening = failureOf(openServer({ ...someOptions, port }, abort.signal));
    abort.abort();
    expect((await opening).code).toBe('cancelled');
  });
});

describe('another kind of server', () => {
  test('one that waits to be spoken to, such as HTTP', async () => {
    const port = await listening(createHttp((_, response) => response.end('hello')));
    const failure = await failureOf(openServer({ ...someOptions, port }));
    expect(failure).toMatchObject({
      code: 'store.notMatrixone',
      data: { found: 'it takes connections and says nothing' },
    });
  });

  test.each(['SSH-2.0-OpenSSH_9.9\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n', '220 mail ready\r\n'])(
    'one that greets in its own way: %j',
    async (banner) => {
      const port = await listening(
        createServer((socket) => {
          socket.write(banner);
          if (banner.startsWith('HTTP')) socket.end();
        }),
      );
      expect(await failureOf(openServer({ ...someOptions, port }))).toMatchObject({
        code: 'store.notMatrixone',
        data: { found: 'it does not speak the MySQL protocol' },
      });
    },
  );

  test('MySQL', async () => {
    const peer = await peerOf({
      version: '8.4.2',
      answer: (sql, line) => {
        if (/^SET save/.test(sql)) line.error(1193, "Unknown system variable 'save_query_result'");
        else if (/^DATA|git_version/.test(sql))
          line.error(
            1064,
            'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version',
            '42000',
          );
        else if (/mo_catalog/.test(sql)) line.error(1049, "Unknown database 'mo_catalog'", '42000');
        else return false;
        return true;
      },
    });
    expect((await failureOf(openServer(peer.options))).message).toBe(
      `127.0.0.1:${peer.port} is not a MatrixOne server (it calls itself 8.4.2). Check the host and the port; MatrixOne's is usually 6001.`,
    );
    await expect.poll(() => peer.lines.size).toBe(0);
  });
});

test.each<[number, string, string, string]>([
  [
    1045,
    'Access denied for user root. internal error: check password failed',
    'store.wrongPassword',
    'refused the password of root',
  ],
  [20101, 'internal error: there is no user nobody', 'store.denied', 'there is no user nobody'],
  [20101, 'internal error: there is no tenant noacc', 'store.denied', 'there is no account noacc'],
  [20101, 'internal error: there is no role norole', 'store.denied', 'there is no role norole'],
  [20101, "internal error: invalid user name ''", 'store.denied', "invalid user name ''. A user is written"],
  [20101, 'internal error: invalid input', 'store.denied', 'A user is written user, account:user'],
  [1049, 'Unknown database no_such_db', 'database.unknown', 'no database "no_such_db"'],
])('a login that is refused: %i %s', async (errno, message, code, words) => {
  const peer = await peerOf({ login: (line) => line.error(errno, message, errno === 1045 ? '28000' : 'HY000') });
  const failure = await failureOf(openServer(peer.options));
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(words);
});

test('the user is sent as it was written, and the database with it', async () => {
  const seen: string[] = [];
  const peer = await peerOf({ onLogin: (body) => seen.push(body.toString('latin1')) });
  await opened({ ...peer.options, user: 'acc:user:role', database: 'db1' });
  expect(seen[0]).toContain('acc:user:role\0');
  expect(seen[0]).toContain('db1\0');
});

describe('TLS', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), 'utf8');
  const tls = { key: read('server.key.pem'), cert: read('server.cert.pem') };
  const ca = read('ca.cert.pem');

  test('required, with the authority of the certificate', async () => {
    const peer = await peerOf({
      tls,
      answer: (sql, line) => (sql === 'SELECT 1' ? (line.table(['1'], [['1']]), true) : false),
    });
    const server = await opened({ ...peer.options, host: 'localhost', tls: 'required', ca });
    expect(server.isEncrypted).toBe(true);
    expect((await server.run('SELECT 1')).rows).toHaveLength(1);
  });

  test('an address is checked against the certificate as well', async () => {
    const peer = await peerOf({ tls });
    expect((await opened({ ...peer.options, tls: 'required', ca })).isEncrypted).toBe(true);
    const other = await peerOf({ tls: { key: read('name.key.pem'), cert: read('name.cert.pem') } });
    expect((await failureOf(openServer({ ...other.options, tls: 'required', ca }))).code).toBe('store.badCertificate');
    expect((await opened({ ...other.options, host: 'localhost', tls: 'required', ca })).isEncrypted).toBe(true);
  });

  test('a certificate of an unknown authority is never a reason for plain text', async () => {
    const peer = await peerOf({ tls });
    for (const wanted of ['preferred', 'required'] as const) {
      const failure = await failureOf(openServer({ ...peer.options, tls: wanted }));
      expect(failure.code).toBe('store.badCertificate');
    }
    expect(peer.seen).toEqual([]);
  });

  test('a server without it: preferred goes on in plain text, required does not', async () => {
    const peer = await peerOf();
    expect((await opened({ ...peer.options, tls: 'preferred' })).isEncrypted).toBe(false);
    expect((await failureOf(openServer({ ...peer.options, tls: 'required' }))).code).toBe('store.noTls');
  });

  test('an authority that cannot be read', async () => {
    const peer = await peerOf({ tls });
    const failure = await failureOf(openServer({ ...peer.options, tls: 'required', ca: 'no certificate' }));
    expect(failure.code).toBe('store.badCertificate');
  });

  test('a connection that is cut under TLS is noticed', async () => {
    const peer = await peerOf({
      tls,
      answer: (sql, line) => {
        if (sql !== 'SELECT cut') return false;
        line.socket.destroy();
        return true;
      },
    });
    const server = await opened({ ...peer.options, host: 'localhost', tls: 'required', ca });
    expect((await failureOf(server.run('SELECT cut'))).code).toBe('store.disconnected');
  });

  test('the deadline runs under TLS, and bytes stop it', async () => {
    const peer = await peerOf({ tls, answer: (sql) => sql === 'SELECT silence' });
    const server = await opened({ ...peer.options, host: 'localhost', tls: 'required', ca });
    expect((await failureOf(server.run('SELECT silence', { deadlineMs: 50 }))).code).toBe('store.timeout');
  });
});

describe('the release', () => {
  const releaseOf = async (version: string, probes: { summary: string; kind: string }): Promise<readonly number[]> => {
    const peer = await peerOf({
      version,
      answer: (sql, line) => {
        const said = sql.startsWith('DATA BRANCH') ? probes.summary : sql.includes('mo_snapshots') ? probes.kind : null;
        if (said === null) return false;
        if (said === '') line.table(['kind'], []);
        else line.error(Number(/^\d+/.exec(said)?.[0]), said.replace(/^\d+ /, ''));
        return true;
      },
    });
    return (await opened(peer.options)).release;
  };
  const missing = '1064 SQL parser error: table "a" does not exist';
  const syntax =
    '1064 SQL parser error: You have an error in your SQL syntax; syntax error at line 1 column 60 near " SUMMARY";';
  const noColumn = '20301 invalid input: column kind does not exist';
  const refused = '20101 internal error: do not have privilege to execute the statement';

  test.each<[string, string, string, readonly number[]]>([
    ['8.0.30-MatrixOne-v4.1.4', 'none', 'none', [4, 1, 4]],
    ['8.0.30-MatrixOne-v4.0.0-rc3', 'none', 'none', [4, 0, 0]],
    ['8.0.30-MatrixOne-v1.3.0', missing, '', [4, 0, 0]],
    ['8.0.30-MatrixOne-v', missing, '', [4, 0, 0]],
    ['8.0.30-MatrixOne-v4.1', '1049 Unknown database deltatrain_probe', refused, [4, 0, 0]],
    ['8.0.30-MatrixOne-v', missing, noColumn, [3, 0, 9]],
    ['8.0.30-MatrixOne-v', syntax, noColumn, [3, 0, 0]],
    ['8.0.30-OmniFabric-v', missing, '', [4, 0, 0]],
    ['8.0.30-Ours-v4.2.0', missing, '', [4, 2, 0]],
  ])('%s', async (version, summary, kind, release) => {
    expect(await releaseOf(version, { summary, kind })).toEqual(release);
  });

  test('what an old one cannot do is said; a new one lacks nothing', () => {
    expect(limitsOf([4, 2, 0])).toEqual([]);
    expect(limitsOf([4, 1, 4])).toEqual(['DATA BRANCH DIFF has no OUTPUT AS.']);
    expect(limitsOf([3, 0, 9]).join(' ')).toMatch(/no <=>.*FROM SNAPSHOT/);
    expect(limitsOf([3, 0, 4]).join(' ')).toContain('There is no DATA BRANCH');
    expect(limitsOf([2, 1, 0])).toHaveLength(7);
  });
});

test('a session whose text is read without backslash escapes is refused', async () => {
  const peer = await peerOf({
    answer: (sql, line) => {
      if (!sql.startsWith('SELECT version()')) return false;
      line.table(
        ['version()', '@@sql_mode', 'connection_id()'],
        [[line.peer.version, 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES', '7']],
      );
      return true;
    },
  });
  const failure = await failureOf(openServer(peer.options));
  expect(failure.code).toBe('store.unsupported');
  expect(failure.message).toContain('NO_BACKSLASH_ESCAPES');
});
