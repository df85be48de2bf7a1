// Ctrl+C, a time limit and a cut on the command line, when something was sent that changes data: what may have happened is said.
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../stores/matrixone/replay/faults.ts';
import { load, type Recording } from '../stores/matrixone/replay/recording.ts';
import { type Replay, serve } from '../stores/matrixone/replay/serve.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();
const recording = load('own/faults-restore');
const restoreSql = recording.exchanges.find(({ sql }) => sql.startsWith('RESTORE'))?.sql ?? '';
const never = new Promise<void>(() => {});

let replay: Replay | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await replay?.close();
});

/** The command line over a server that does what the fault says. */
async function faulty(fault: Fault, of: Recording = recording): Promise<string[]> {
  replay = await serve(of, { faults: [fault] });
  vi.stubEnv('DELTATRAIN_PASSWORD', '111');
  return ['-c', `mysql://dt_faults%3Aadmin@127.0.0.1:${replay.port}?tls=off`];
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ctrl+C once the statement was sent; `impatient`: again and again. */
async function interrupted(args: readonly string[], sql: string, impatient = false): Promise<Ended> {
  const child = cli.start(args);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await vi.waitUntil(() => replay?.seen.includes(sql) === true || child.exitCode !== null, { timeout: 30_000 });
  child.kill('SIGINT');
  while (impatient && child.exitCode === null) {
    await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
  }
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

const restore = (connection: readonly string[]): string[] => [
  'restore',
  'shop.samples',
  '--to',
  'faults_v1',
  '--yes',
  ...connection,
];

describe('a RESTORE whose answer is held back', () => {
  it('Ctrl+C: it was sent, and what was before is named; not "Cancelled."', async () => {
    const connection = await faulty({ kind: 'delay', sql: restoreSql, packets: 0, until: never });
    const ended = await interrupted(restore(connection), restoreSql);
    expect(ended.stderr).toMatch(
      /Cancelled too late: the RESTORE was (?:done|sent and may have run)\. What was before is kept as samples_before_restore_1\.\n$/,
    );
    expect(ended).toMatchObject({ code: 1, stdout: '' });
  });

  it('as a document, too', async () => {
    const connection = await faulty({ kind: 'delay', sql: restoreSql, packets: 0, until: never });
    const { code, stdout } = await interrupted([...restore(connection), '--json'], restoreSql);
    const document = JSON.parse(stdout) as { error: { code: string; data: { kept: string } } };
    cli.check('error', document);
    expect(document.error).toMatchObject({ code: 'write.unsure', data: { kept: 'samples_before_restore_1' } });
    expect(code).toBe(1);
  });

  it('Ctrl+C twice: it ends at once, and says what it does not know', async () => {
    const connection = await faulty({ kind: 'delay', sql: restoreSql, packets: 0, until: never });
    const ended = await interrupted(restore(connection), restoreSql, true);
    expect(ended.stderr).toContain(
      'Cancelled too late: the RESTORE (behind the safety snapshot samples_before_restore_1) was sent and may have run. Look before you run it again.',
    );
    expect(ended.code).toBe(1);
  });
});

it('a RESTORE that was cut off and is found to be done is told as done', async () => {
  const connection = await faulty({ kind: 'cut', sql: restoreSql, packets: 0 });
  const done = await cli.json<{ safetySnapshot: string }>('restore', restore(connection));
  expect(done.safetySnapshot).toBe('samples_before_restore_1');
});

describe('a statement of the user', () => {
  const update = 'UPDATE shop.samples SET x = 1';
  const asked = (sql: string, connection: readonly string[]): string[] => {
    cli.write('one.sql', sql);
    return ['sql', 'one.sql', ...connection];
  };
  /** The recorded conversation, with an answer to this one that a test holds back or cuts off before it is said. */
  const withAnswerTo = (sql: string): Recording => ({
    ...recording,
    exchanges: [...recording.exchanges, { sql, answer: [Buffer.from([7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])] }],
  });

  it('that changes data and is cancelled may have run', async () => {
    const connection = await faulty({ kind: 'delay', sql: update, packets: 0, until: never }, withAnswerTo(update));
    const ended = await interrupted(asked(update, connection), update);
    expect(ended.stderr).toContain(
      'Cancelled too late: the UPDATE was sent and may have run. Look before you run it again.',
    );
    expect(ended.code).toBe(1);
  });

  it('that only reads is cancelled, and nothing else', async () => {
    const select = 'SELECT 42 AS n';
    const connection = await faulty({ kind: 'delay', sql: select, packets: 0, until: never }, withAnswerTo(select));
    const ended = await interrupted(asked(select, connection), select);
    expect(ended.stderr).toContain('Cancelled.');
    expect(ended.code).toBe(130);
  });

  it('that changes data and is cut off may have run; one that reads may be run again', async () => {
    const cut = (sql: string): Promise<string[]> => faulty({ kind: 'cut', sql, packets: 0 }, withAnswerTo(sql));
    const changed = await cli.run(asked(update, await cut(update)));
    expect(changed).toMatchObject({ code: 1 });
    expect(changed.stderr).toContain('The statement may have run: look before you run it again.');
    await replay?.close();
    const read = await cli.run(asked('SELECT 42 AS n', await cut('SELECT 42 AS n')));
    expect(read.stderr).toContain('Nothing was changed: run it again.');
    expect(replay?.seen.filter((sql) => sql === 'SELECT 42 AS n')).toHaveLength(2);
  });
});

it('an embedded store whose process is ended under a change says so', async () => {
  cli.write(
    'many.sql',
    "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, text TEXT); INSERT INTO d.t SELECT result, REPEAT('x', 50) FROM generate_series(1, 3000000);",
  );
  const child = cli.start(['sql', 'many.sql', '-c', 'embedded:many.db']);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  // It is said before it is sent: it runs once its rows come into the store's log.
  const log = cli.at('many.db-wal');
  const isRunning = (): boolean => stderr.includes('> INSERT') && existsSync(log) && statSync(log).size > 1_000_000;
  await vi.waitUntil(isRunning, { timeout: 60_000 });
  while (child.exitCode === null) {
    child.kill('SIGINT');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [code] = (await closed) as [number | null];
  expect(stderr).toContain('Cancelled too late: the INSERT was sent and may have run. Look before you run it again.');
  expect(code).toBe(1);
});
