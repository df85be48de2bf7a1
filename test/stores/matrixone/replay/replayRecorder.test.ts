import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ask, clientOf } from './client.ts';
import { cutPoints } from './faults.ts';
import { mark, okBody, packetOf } from './packets.ts';
import { record } from './record.ts';
import { load, type Recording } from './recording.ts';
import { type Replay, type ReplayOptions, serve } from './serve.ts';
import { withServer } from './withServer.ts';

const transcript = load('tut-08-ml-incremental');
const summary = "DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'} OUTPUT SUMMARY";
const loadData = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE samples";
const rows = ['1,0.5,0.5,1\n', '2,0.25,0.5,0\n'];

/** The transcript, and an upload as the protocol has it: a request for a file, and an OK. */
const recording: Recording = {
  ...transcript,
  exchanges: [
    ...transcript.exchanges,
    {
      sql: loadData,
      answer: [packetOf(Buffer.from([mark.infile, ...Buffer.from('rows')]), 1), packetOf(okBody, 5)],
      upload: { bytes: 25, sha256: createHash('sha256').update(rows.join('')).digest('hex') },
    },
    { sql: 'KILL QUERY 16', answer: [packetOf(okBody, 1)] },
  ],
};

const opened: Replay[] = [];

async function upstream(options?: ReplayOptions): Promise<{ host: string; port: number }> {
  const replay = await serve(recording, options);
  opened.push(replay);
  return { host: '127.0.0.1', port: replay.port };
}

const temporary = mkdtempSync(join(tmpdir(), 'deltatrain-recordings-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const folder = pathToFileURL(`${temporary}/`);

afterEach(async () => {
  for (const replay of opened.splice(0)) await replay.close();
});

const localUrl = (port: number): string => `mysql://root:111@127.0.0.1:${port}`;

test('what goes through the recorder is replayed as it was', async () => {
  const statements = transcript.exchanges.map(({ sql }) => sql);
  const recorder = await record(await upstream());
  const conversation = async (url: string): Promise<unknown[]> => {
    const [client, second] = [clientOf(url), clientOf(url)];
    const told: unknown[] = [];
    for (const [at, sql] of statements.entries()) told.push(await ask(at % 3 === 0 ? second : client, sql));
    told.push(await ask(client, loadData, () => Readable.from(rows.map((row) => Buffer.from(row)))));
    told.push(await ask(client, summary));
    for (const each of [client, second]) each.destroy();
    return told;
  };
  const live = await conversation(localUrl(recorder.port));
  const kept = await recorder.stop('kept');
  expect(kept.logins).toHaveLength(2);
  expect(kept.exchanges.map(({ sql }) => sql)).toEqual([...statements, loadData, summary]);
  expect(kept.exchanges.find(({ sql }) => sql === loadData)?.upload).toEqual(recording.exchanges.at(-2)?.upload);
  const replay = await serve(kept);
  opened.push(replay);
  expect(await conversation(replay.url)).toEqual(live);
  expect(replay.unknown).toEqual([]);
  expect(String(replay.uploads[0])).toBe(rows.join(''));
});

test('another upload than the recorded one is refused', async () => {
  const { port } = await upstream();
  const client = clientOf(localUrl(port));
  const { error } = await ask(client, loadData, () => Readable.from([Buffer.from('3,0,0,0\n')]));
  expect(error).toMatchObject({ errno: 20101 });
  expect(opened[0]?.unknown).toEqual([expect.stringMatching(/^upload of 8 bytes .* for LOAD DATA/)]);
  client.destroy();
});

test.each([
  ['instead of the request', { packets: 0 }, 0],
  ['in the upload', { packets: 1, inUpload: true }, 0],
  ['after the upload, before the OK', { packets: 1 }, 1],
  ['in the OK', { packets: 1, half: true }, 1],
] as const)('the connection of an upload ends %s', async (_, place, uploads) => {
  const cut = { kind: 'cut', sql: loadData, nth: 0, ...place } as const;
  expect(cutPoints(recording)).toContainEqual(cut);
  const { port } = await upstream({ faults: [cut] });
  const client = clientOf(localUrl(port));
  const { error } = await ask(client, loadData, () => Readable.from(rows.map((row) => Buffer.from(row))));
  expect(error?.['code']).toMatch(/PROTOCOL_CONNECTION_LOST|EPIPE|ECONNRESET/);
  expect(opened[0]?.uploads).toHaveLength(uploads);
  client.destroy();
});

test('a statement that a KILL ended is marked, and one that had ended before is not', async () => {
  let release = (): void => undefined;
  const until = new Promise<void>((open) => {
    release = open;
  });
  const recorder = await record(await upstream({ faults: [{ kind: 'delay', sql: summary, packets: 0, until }] }));
  const [client, second] = [clientOf(localUrl(recorder.port)), clientOf(localUrl(recorder.port))];
  await ask(client, 'CREATE DATABASE mltrain_demo');
  await ask(second, `KILL QUERY ${client.threadId}`);
  const answer = ask(client, summary);
  await vi.waitFor(() => expect(opened[0]?.seen).toContain(summary));
  await ask(second, `KILL QUERY ${client.threadId}`);
  release();
  expect(await answer).toHaveProperty('rows');
  for (const each of [client, second]) each.destroy();
  const { exchanges } = await recorder.stop('killed');
  expect(exchanges.map(({ sql, killed }) => [sql.slice(0, 10), killed ?? false])).toEqual([
    ['CREATE DAT', false],
    ['KILL QUERY', false],
    ['DATA BRANC', true],
    ['KILL QUERY', false],
  ]);
});

const panic = 'DATA BRANCH DIFF v AGAINST v';

test('a scenario is recorded once and then replayed from its file', async () => {
  const { exchanges } = load('err-objects');
  const stack = exchanges.find(({ answer }) => answer.at(-1)?.includes('runtime.panicmem'));
  const live = await serve({
    ...recording,
    exchanges: [...recording.exchanges, { ...stack, sql: panic, answer: stack?.answer ?? [] }],
  });
  opened.push(live);
  const told: unknown[] = [];
  const scenario = async (url: string): Promise<void> => {
    const client = clientOf(url);
    for (const sql of ['CREATE DATABASE mltrain_demo', summary, panic]) told.push(await ask(client, sql));
    told.push(await ask(client, loadData, () => Readable.from(rows.map((row) => Buffer.from(row)))));
    client.destroy();
  };
  await withServer('scenario', scenario, { live: live.url, folder });
  await live.close();
  await withServer('scenario', scenario, { folder });
  expect(told).toHaveLength(8);
  expect(told[2]).toMatchObject({ error: { message: expect.stringContaining('\n') as unknown } });
  // The stack is not kept: it names the folders of who built the server.
  expect(told[6]).toMatchObject({
    error: { errno: 1105, message: expect.stringMatching(/^internal error: panic .*$/) as unknown },
  });
  expect([told[4], told[5], told[7]]).toEqual([told[0], told[1], told[3]]);
  expect(readFileSync(join(temporary, 'own/scenario.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
});

test('a scenario that changed or failed says so, and a failed one is not kept', async () => {
  const { url } = await serve(recording).then((live) => {
    opened.push(live);
    return live;
  });
  const asks = (sql: string) => async (at: string) => {
    const client = clientOf(at);
    const { error } = await ask(client, sql);
    client.destroy();
    if (error) throw new Error(String(error['message']));
  };
  await withServer('changing', asks(summary), { live: url, folder });
  await expect(withServer('changing', asks('SELECT 7'), { folder })).rejects.toThrow(
    /"changing" does not hold:\nSELECT 7\nTo record it anew/,
  );
  await expect(withServer('failing', asks('SELECT 7'), { live: url, folder })).rejects.toThrow('not in the recording');
  await expect(withServer('failing', asks(summary), { folder })).rejects.toThrow('no recording "own/failing"');
});

test('a refused login is kept as well', async () => {
  const live = await serve(load('err-connect'));
  opened.push(live);
  const recorder = await record({ host: '127.0.0.1', port: live.port });
  const errors = async (url: string): Promise<unknown[]> => {
    const told: unknown[] = [];
    for (let nth = 0; nth < 3; nth++) {
      const client = clientOf(url);
      told.push((await ask(client, 'SELECT 1')).error);
      client.destroy();
    }
    return told;
  };
  const seen = await errors(localUrl(recorder.port));
  expect(seen[1]).toMatchObject({ errno: 1045, sqlState: '28000' });
  const replay = await serve(await recorder.stop('refused'));
  opened.push(replay);
  expect(await errors(replay.url)).toEqual(seen);
});
