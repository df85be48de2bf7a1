// The command line over a line that goes bad at a statement, to recorded answers and on a live server: hold, cut and stall.
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeLive, liveOptions } from '../stores/matrixone/liveServer.ts';
import { openProxy, type Proxy, type ProxyFault } from '../stores/matrixone/proxy.ts';
import { load } from '../stores/matrixone/replay/recording.ts';
import { type Replay, serve } from '../stores/matrixone/replay/serve.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).reverse()) await close();
});

interface Where {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

async function through(to: Where, fault: ProxyFault): Promise<{ proxy: Proxy; connection: string[] }> {
  const proxy = await openProxy(to, fault);
  closing.push(() => proxy.close());
  vi.stubEnv('DELTATRAIN_PASSWORD', to.password);
  const user = encodeURIComponent(to.user);
  return { proxy, connection: ['-c', `mysql://${user}@127.0.0.1:${proxy.port}?tls=off`] };
}

/** How a call ends that is interrupted when its statement has come; one that is cut off ends by itself. */
async function ended(proxy: Proxy, kind: ProxyFault['kind'], args: readonly string[]) {
  const child = cli.start(args);
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (said.stderr += text));
  const closed = once(child, 'close');
  await vi.waitUntil(() => proxy.isHit || child.exitCode !== null, { timeout: 30_000 });
  if (kind !== 'cut') child.kill('SIGINT');
  const [code] = (await closed) as [number | null];
  return { code, ...said };
}

const restore = (table: string, to: string): string[] => ['restore', table, '--to', to, '--yes'];
const tooLate = (kept: RegExp): RegExp =>
  new RegExp(`Cancelled too late: the RESTORE was .*\\. What was before is kept as ${kept.source}\\.`);

describe('on recorded answers', () => {
  let replay: Replay;
  const where = async (): Promise<Where> => {
    replay = await serve(load('own/faults-restore'));
    closing.push(() => replay.close());
    return { host: '127.0.0.1', port: replay.port, user: 'dt_faults:admin', password: '111' };
  };

  it.each(['hold', 'stall'] as const)('a RESTORE, %s, and Ctrl+C', async (kind) => {
    const { proxy, connection } = await through(await where(), { sql: /^RESTORE/, kind });
    const { code, stderr } = await ended(proxy, kind, [...restore('shop.samples', 'faults_v1'), ...connection]);
    expect(stderr).toMatch(tooLate(/samples_before_restore_1/));
    expect(code).toBe(1);
  });

  it('a RESTORE, cut', async () => {
    const { proxy, connection } = await through(await where(), { sql: /^RESTORE/, kind: 'cut' });
    const { code, stdout } = await ended(proxy, 'cut', [...restore('shop.samples', 'faults_v1'), ...connection]);
    expect(stdout).toContain('samples_before_restore_1');
    expect(code).toBe(0);
  });

  it.each(['hold', 'stall'] as const)('a read, %s, and Ctrl+C: cancelled, and nothing else', async (kind) => {
    const { proxy, connection } = await through(await where(), { sql: /^DATA BRANCH DIFF|^SELECT sname/, kind });
    const { code, stderr } = await ended(proxy, kind, [...restore('shop.samples', 'faults_v1'), ...connection]);
    expect(stderr).toContain('Cancelled.');
    expect(stderr).not.toContain('may have run');
    expect(code).toBe(130);
  });

  it('a read, cut: as if nothing had been', async () => {
    const { proxy, connection } = await through(await where(), { sql: /^SELECT sname/, kind: 'cut' });
    const { code, stderr } = await ended(proxy, 'cut', [...restore('shop.samples', 'faults_v1'), ...connection]);
    expect({ code, hit: proxy.isHit }).toEqual({ code: 0, hit: true });
    expect(stderr).not.toContain('may have run');
  });
});

describeLive('on a live server', () => {
  const database = `badline_${process.pid}`;
  const where = (): Where => {
    const { host, port, user, password } = liveOptions();
    return { host, port, user, password: password ?? '' };
  };
  const direct = async (sql: string): Promise<void> => {
    const { host, port, user, password } = where();
    vi.stubEnv('DELTATRAIN_PASSWORD', password);
    const url = `mysql://${encodeURIComponent(user)}@${host}:${port}`;
    expect(await cli.run(['sql', '-', '-c', url], { input: sql })).toMatchObject({ code: 0 });
  };
  const snapshot = `${database}_s`;

  beforeAll(() =>
    direct(
      `CREATE DATABASE ${database}; CREATE TABLE ${database}.t (id INT PRIMARY KEY, x INT); INSERT INTO ${database}.t VALUES (1, 1), (2, 2); CREATE SNAPSHOT ${snapshot} FOR TABLE ${database} t;`,
    ),
  );
  afterAll(async () => {
    const kept = [1, 2, 3].map((i) => `DROP SNAPSHOT IF EXISTS t_before_restore_${i};`).join(' ');
    await direct(`DROP SNAPSHOT IF EXISTS ${snapshot}; ${kept} DROP DATABASE IF EXISTS ${database};`);
  });

  it.each([
    ['hold', /the RESTORE was done/],
    ['stall', /the RESTORE was sent and may have run/],
  ] as const)('a RESTORE, %s, and Ctrl+C: %s', async (kind, words) => {
    await direct(`UPDATE ${database}.t SET x = x + 1`);
    const { proxy, connection } = await through(where(), { sql: /^RESTORE/, kind });
    const { code, stderr } = await ended(proxy, kind, [...restore(`${database}.t`, snapshot), ...connection]);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(tooLate(/\w*t_before_restore_\d+/));
    expect(code).toBe(1);
  });

  it.each([
    ['hold', 'UPDATE', /the UPDATE was sent and may have run|Cancelled\./],
    ['cut', 'UPDATE', /may have run: look before you run it again/],
    ['cut', 'SELECT', /\(2 rows\)/],
  ] as const)('%s at a %s of the user', async (kind, word, words) => {
    const sql = word === 'SELECT' ? `SELECT id, x FROM ${database}.t` : `UPDATE ${database}.t SET x = 9`;
    cli.write('one.sql', sql);
    const { proxy, connection } = await through(where(), { sql: new RegExp(`^${word} (?:id|${database})`), kind });
    const { stdout, stderr } = await ended(proxy, kind, ['sql', 'one.sql', ...connection]);
    expect(stdout + stderr).toMatch(words);
  });
});
