/** The command line on servers: what is said without one, where the password comes from, and on a live one every kind of command. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { findConnection } from '../../src/cli/connection/connection.ts';
import { lineOf } from '../../src/cli/connection/password.ts';
import { describeLive, liveOptions } from '../stores/matrixone/liveServer.ts';
import { openPeer } from '../stores/matrixone/peer.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();

interface Failed {
  error: { code: string; message: string };
}

afterEach(() => vi.unstubAllEnvs());

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const list = (url: string): string[] => ['snapshot', 'list', '-c', url];

describe('without a server', () => {
  it('says that nothing listens', async () => {
    vi.stubEnv('DELTATRAIN_PASSWORD', 'secret');
    const port = await closedPort();
    const { error } = await cli.json<Failed>('error', list(`mysql://u@127.0.0.1:${port}`), { code: 1 });
    expect(error.code).toBe('store.unreachable');
    expect(error.message).toContain(`127.0.0.1:${port}: nothing listens there`);
  });

  it('says where a password may come from, and does not wait for one without a terminal', async () => {
    vi.stubEnv('DELTATRAIN_PASSWORD', undefined);
    const byUrl = await cli.json<Failed>('error', list('mysql://u@h:7001/d'), { code: 2 });
    expect(byUrl.error.message).toMatch(/^There is no password for h:7001 as u\. Put it in DELTATRAIN_PASSWORD /);
    cli.write('named/deltatrain.json', '{ "connections": { "risk-eu": { "kind": "matrixone", "host": "h" } } }');
    const byName = await cli.json<Failed>('error', ['snapshot', 'list'], { code: 2, cwd: 'named' });
    expect(byName.error.message).toContain('for h:6001 as root. Put it in DELTATRAIN_PASSWORD_RISK_EU ');
  });

  it('warns of a password in the URL, and repeats it nowhere', async () => {
    const ran = await cli.run([...list(`mysql://u:s3cret@127.0.0.1:${await closedPort()}`), '--json']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('list of processes. Put it in DELTATRAIN_PASSWORD.');
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  it('tells which user it took where none is named, and how to name one', async () => {
    vi.stubEnv('DELTATRAIN_PASSWORD', undefined);
    const none = await cli.json<Failed>('error', list('mysql://h:7001/d'), { code: 2 });
    expect(none.error.message).toMatch(
      /for h:7001 as root\. .* The URL names no user, which is then root: mysql:\/\/USER@h:7001 names one\.$/,
    );
    cli.write('nouser/deltatrain.json', '{ "connections": { "m": { "kind": "matrixone", "host": "h" } } }');
    const byName = await cli.json<Failed>('error', ['snapshot', 'list'], { code: 2, cwd: 'nouser' });
    expect(byName.error.message).toMatch(
      / The connection "m" names no user, which is then root: "user" in deltatrain\.json names one\.$/,
    );
    vi.stubEnv('DELTATRAIN_PASSWORD', 'wrong');
    const peer = await openPeer({
      answer: () => false,
      login: (line) => line.error(1045, 'Access denied for user root. internal error: check password failed', '28000'),
    });
    try {
      const refused = await cli.run(list(`mysql://127.0.0.1:${peer.port}?tls=off`));
      expect(refused.stderr).toContain(
        `refused the password of root. The URL names no user, which is then root: mysql://USER@127.0.0.1:${peer.port} names one.\n`,
      );
      const named = await cli.run(list(`mysql://root@127.0.0.1:${peer.port}?tls=off`));
      expect(named.stderr).toContain('refused the password of root.\nOn the command line');
    } finally {
      await peer.close();
    }
  });

  it.each([
    ['mysql://u@h/a/b', /one database after the host/],
    ['mysql://', /names no host/],
    ['mysql://u@h?ssl=1', /"ssl" that is not known/],
  ])('says what is wrong in %s', async (url, message) => {
    const { error } = await cli.json<Failed>('error', list(url), { code: 2 });
    expect(error.message).toMatch(message);
  });

  it('does not send anything when the certificate cannot be read', async () => {
    vi.stubEnv('DELTATRAIN_PASSWORD_M', 'x');
    cli.write('ca/deltatrain.json', '{ "connections": { "m": { "kind": "matrixone", "host": "h", "ca": "ca.pem" } } }');
    const run = (): Promise<Failed> => cli.json('error', ['snapshot', 'list'], { code: 1, cwd: 'ca' });
    expect((await run()).error.message).toMatch(/ca\.pem cannot be read/);
    cli.write('ca/ca.pem', 'no certificate');
    expect((await run()).error.message).toMatch(/holds no certificate in PEM form/);
  });
});

describe('a URL of a server that the file names', () => {
  it('keeps the rules of the file: the strictest environment, read-only, TLS, certificate', () => {
    const rule = { kind: 'matrixone', host: 'DB1', port: 6001 };
    const file = {
      connections: {
        a: { ...rule, environment: 'staging', tls: 'required', ca: 'ca.pem' },
        b: { ...rule, environment: 'production', readOnly: true },
        c: { ...rule, port: 6002, environment: 'production' },
        d: { ...rule, host: 'localhost', readOnly: true },
      },
    };
    cli.write('rules/deltatrain.json', JSON.stringify(file));
    const found = findConnection(cli.at('rules'), 'mysql://u:pw@db1/x', undefined);
    expect(found).toMatchObject({ name: 'mysql://u@db1:6001/x', environment: 'production', readOnly: true });
    expect(found.place).toMatchObject({ open: { tls: 'required', user: 'u' }, ca: cli.at('rules/ca.pem') });
    const loopback = findConnection(cli.at('rules'), 'mysql://127.0.0.1', undefined);
    expect(loopback).toMatchObject({ environment: 'development', readOnly: true });
    const other = findConnection(cli.at('rules'), 'mysql://db2', undefined);
    expect(other).toMatchObject({ environment: 'development', readOnly: false, place: { open: { tls: 'preferred' } } });
  });
});

describe('a typed password', () => {
  const type = (...keys: string[]): Promise<string> => {
    const input = new PassThrough();
    const line = lineOf(input, new AbortController().signal);
    for (const key of keys) input.write(key);
    return line;
  };

  it('ends with Enter, and can be corrected', async () => {
    expect(await type('pa', 'x\u007f', 'ss\r')).toBe('pass');
    expect(await type('\u007fä😀\b\n')).toBe('ä');
  });

  it('is not given by Ctrl+C or at the end of the input', async () => {
    await expect(type('pa\u0003')).rejects.toThrow('Cancelled.');
    const input = new PassThrough();
    const line = lineOf(input, new AbortController().signal);
    input.end();
    await expect(line).rejects.toThrow('Cancelled.');
  });
});

describeLive('on a live server', () => {
  const database = `clitest_${process.pid}`;
  const snapshot = `${database}_s`;
  const table = `${database}.t`;
  const connection = (inside = database): string[] => {
    const { host, port, user, password } = liveOptions();
    vi.stubEnv('DELTATRAIN_PASSWORD', password ?? '');
    return ['-c', `mysql://${user}@${host}:${port}/${inside}`];
  };
  const run = (text: string, of: string[]) => cli.run(['sql', '-', ...of], { input: text });
  const sql = (text: string, ...more: string[]) => run(text, [...connection(), ...more]);

  afterAll(async () => {
    const dropped = `DROP SNAPSHOT IF EXISTS ${snapshot}; DROP DATABASE IF EXISTS ${database}`;
    expect(await run(dropped, connection(''))).toMatchObject({ code: 0 });
  });

  it('imports, pins, changes, compares, exports and restores', async () => {
    cli.write('t.csv', 'id,x,kind\n1,0.5,a\n2,1.5,b\n3,2.5,c\n');
    expect((await run(`CREATE DATABASE ${database}`, connection(''))).code).toBe(0);
    const imported = await cli.run(['import', 't.csv', '--table', table, '--key', 'id', ...connection(), '--json']);
    expect(JSON.parse(imported.stdout)).toMatchObject({ rows: 3, inserted: 3 });
    await cli.json('snapshot', ['snapshot', 'create', snapshot, '--table', table, ...connection()]);
    expect((await sql("UPDATE t SET kind = 'new' WHERE id = 1; DELETE FROM t WHERE id = 3")).code).toBe(0);
    const diff = ['diff', table, '--from', snapshot, ...connection()];
    expect(await cli.json('diff', diff)).toMatchObject({
      inserted: 0,
      updated: 1,
      deleted: 1,
      way: 'diff',
      rows: [
        { flag: 'updated', key: { id: 1 }, before: { kind: 'a' }, after: { kind: 'new' } },
        { flag: 'deleted', key: { id: 3 }, before: { kind: 'c' }, after: null },
      ],
    });
    await cli.json('export', ['export', table, '--at', snapshot, '--out', 'then.csv', ...connection()]);
    expect(cli.read('then.csv')).toBe('id,x,kind\n1,0.5,a\n2,1.5,b\n3,2.5,c\n');
    const restore = ['restore', table, '--to', snapshot, ...connection()];
    const preview = await cli.json<{ warnings: string[] }>('restore', restore, { code: 2 });
    expect(preview).toMatchObject({ rowsChanged: 2, safetySnapshot: null, lostGrants: [] });
    expect(preview.warnings.length).toBeGreaterThan(0);
    const done = await cli.json<{ safetySnapshot: string }>('restore', [...restore, '--yes']);
    expect(done).toMatchObject({ rowsChanged: 2, verified: true });
    await cli.json('snapshot', ['snapshot', 'delete', done.safetySnapshot, ...connection()]);
  });

  it('runs branches, clones, times and WHERE as the server has them', async () => {
    const ran = await sql(
      `DATA BRANCH CREATE TABLE b FROM t; UPDATE b SET x = 9 WHERE id = 2; DATA BRANCH DIFF b AGAINST t;
       DATA BRANCH MERGE b INTO t; CREATE TABLE c CLONE t{SNAPSHOT = '${snapshot}'};
       SHOW SNAPSHOTS WHERE SNAPSHOT_NAME = '${snapshot}'; SELECT id FROM t WHERE x = 9`,
      '--json',
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = ran.stdout.trimEnd().split('\n');
    const documents = lines.map((line) => JSON.parse(line) as { rows: unknown[][] });
    for (const document of documents) cli.check('sql', document);
    expect(documents[2]?.rows).toEqual([['b', 'UPDATE', 2, 9, 'b']]);
    expect(documents[5]?.rows[0]?.[0]).toBe(snapshot);
    expect(documents[6]?.rows).toEqual([[2]]);
  });

  it('does not restore an account unless what it replaces was named', async () => {
    const ran = await sql(`RESTORE ACCOUNT nobody {SNAPSHOT = '${snapshot}'}`);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('add --confirm nobody. Every database of the account "nobody" is dropped');
  });

  it('stops a statement of the server on Ctrl+C', async () => {
    cli.write('sleep.sql', `SELECT SLEEP(97) AS ${database}`);
    const child = cli.start(['sql', 'sleep.sql', ...connection()]);
    const closed = once(child, 'close');
    const shown = `SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(97) AS ${database}%'`;
    const running = async (): Promise<unknown> => {
      const { stdout } = await sql(shown, '--json');
      return (JSON.parse(stdout) as { rows: unknown[][] }).rows[0]?.[0];
    };
    await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 20_000, interval: 500 });
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(130);
    await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 20_000, interval: 500 });
  }, 60_000);
});
