import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { Connection } from 'mysql2';
import { afterEach, expect, test, vi } from 'vitest';
import { ask, clientOf } from './client.ts';
import { cutPoints, type Fault } from './faults.ts';
import { mark, okBody, packetOf } from './packets.ts';
import { load, type Recording } from './recording.ts';
import { type Replay, serve } from './serve.ts';

const recording = load('tut-08-ml-incremental');
const summary = "DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'} OUTPUT SUMMARY";
const create = 'CREATE DATABASE mltrain_demo';
const packetsOf = (sql: string): number => recording.exchanges.find((one) => one.sql === sql)?.answer.length ?? 0;

let replay: Replay;
const clients: Connection[] = [];

async function start(faults: readonly Fault[], of: Recording = recording): Promise<Connection> {
  replay = await serve(of, { faults });
  return another();
}

function another(): Connection {
  const client = clientOf(replay.url);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await replay.close();
});

const lost = { error: expect.objectContaining({ code: 'PROTOCOL_CONNECTION_LOST' }) as unknown };
const counts = {
  rows: [
    ['INSERTED', '3000', '0'],
    ['DELETED', '0', '0'],
    ['UPDATED', '200', '0'],
  ],
};

test.each([
  ['instead of the answer', 0, false],
  ['in the first packet', 0, true],
  ['between two packets', 1, false],
  ['in a row', packetsOf(summary) - 2, true],
  ['before the last packet', packetsOf(summary) - 1, false],
] as const)('the connection ends %s', async (_, packets, half) => {
  const client = await start([{ kind: 'cut', sql: summary, packets, half }]);
  expect(await ask(client, create)).toMatchObject({ affectedRows: 1 });
  expect(await ask(client, summary)).toEqual(lost);
  expect(replay.seen).toEqual([create, summary]);
});

test('a fault hits the match it names, and a new connection goes on after it', async () => {
  const client = await start([{ kind: 'cut', sql: /OUTPUT SUMMARY$/, nth: 1, packets: 0 }]);
  expect(await ask(client, summary)).toMatchObject(counts);
  expect(await ask(client, summary)).toEqual(lost);
  expect(await ask(another(), summary)).toMatchObject(counts);
});

test('an answer waits for the test, and other connections do not', async () => {
  let release = (): void => undefined;
  const until = new Promise<void>((open) => {
    release = open;
  });
  const client = await start([{ kind: 'delay', sql: summary, packets: 0, until }]);
  let answered = false;
  const answer = ask(client, summary).finally(() => {
    answered = true;
  });
  await vi.waitFor(() => expect(replay.seen).toEqual([summary]));
  expect(await ask(another(), create)).toMatchObject({ affectedRows: 1 });
  expect(answered).toBe(false);
  release();
  expect(await answer).toMatchObject(counts);
});

test('the first row comes, and the others wait for the test', async () => {
  let release = (): void => undefined;
  const until = new Promise<void>((open) => {
    release = open;
  });
  const client = await start([{ kind: 'delay', sql: summary, packets: packetsOf(summary) - 3, until }]);
  const rows: unknown[] = [];
  const query = client.query({ sql: summary, rowsAsArray: true }).on('result', (row) => rows.push(row));
  await vi.waitFor(() => expect(rows).toHaveLength(1));
  release();
  await new Promise((ended) => query.on('end', ended));
  expect(rows).toEqual(counts.rows);
});

test('a packet has a number that is not its turn', async () => {
  const client = await start([{ kind: 'misnumber', sql: summary, packets: 1 }]);
  const warnings: unknown[][] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void warnings.push(words));
  // mysql2 reads on all the same, and only says so.
  expect(await ask(client, summary)).toMatchObject(counts);
  spy.mockRestore();
  expect(String(warnings[0])).toMatch(/packets out of order/i);
});

test('other bytes come instead of a packet', async () => {
  const bytes = packetOf(Buffer.from([mark.error, 1, 2]), 2);
  const client = await start([{ kind: 'garbage', sql: summary, packets: 1, bytes }]);
  expect(await ask(client, summary)).toEqual({ error: expect.objectContaining({ errno: 513 }) as unknown });
});

test.each(['accept', 'greeting', 'login'] as const)('the server hangs up after %s', async (after) => {
  const client = await start([{ kind: 'hangUp', after, connection: 0 }]);
  expect(await ask(client, create)).toMatchObject({
    error: { code: expect.stringMatching(/LOST|EPIPE|ECONNRESET/) as unknown },
  });
  expect(await ask(another(), create)).toMatchObject({ affectedRows: 1 });
});

test('another server greets', async () => {
  const bytes = Buffer.from('SSH-2.0-OpenSSH_9.6\r\n');
  await start([{ kind: 'banner', bytes }]);
  const socket = connect({ host: '127.0.0.1', port: replay.port });
  expect(await once(socket, 'data')).toEqual([bytes]);
  socket.destroy();
});

test('logins are refused as they were, in the order of the connections', async () => {
  await start([], load('err-connect'));
  const errors: unknown[] = [];
  for (let nth = 1; nth <= 5; nth++) errors.push(((await ask(another(), 'SELECT 1')).error ?? {})['errno']);
  expect(errors).toEqual([1045, 20101, 1049, 20101, 20101]);
});

test('the server asks for a file of the client, and sees whether it got one', async () => {
  const client = await start([{ kind: 'ask', sql: summary, file: '/etc/passwd' }]);
  expect(await ask(client, summary)).toMatchObject({ affectedRows: 0 });
  expect(replay.uploads).toEqual([Buffer.alloc(0)]);
  expect(await ask(client, summary, () => Readable.from([Buffer.from('a,'), Buffer.from('b')]))).toMatchObject({
    affectedRows: 0,
  });
  expect(String(replay.uploads[1])).toBe('a,b');
});

test('a statement that hung never gets an answer', async () => {
  const hung = "DATA BRANCH DIFF t AGAINST t{SNAPSHOT='eo2'}";
  const client = await start([], load('enum-other-column'));
  const answer = ask(client, hung);
  await vi.waitFor(() => expect(replay.seen).toEqual([hung]));
  expect(await ask(another(), 'KILL QUERY 322')).toMatchObject({ error: { errno: 20101 } });
  client.destroy();
  await vi.waitFor(() => expect(replay.open).toBe(1));
  expect(await Promise.race([answer, Promise.resolve('none')])).toBe('none');
});

test('what is not in the recording is refused by name and listed', async () => {
  const client = await start([]);
  const { error } = await ask(client, 'SELECT 1 + 1');
  expect(error).toMatchObject({ errno: 20101, message: 'internal error: not in the recording: SELECT 1 + 1' });
  client.execute('SELECT 2', () => undefined);
  await vi.waitFor(() => expect(replay.unknown).toEqual(['SELECT 1 + 1', 'command 22: SELECT 2']));
});

test('COM_QUIT is not honoured, a ping is, and every connection has an id of its own', async () => {
  const client = await start([]);
  const second = another();
  await new Promise<void>((done, failed) => client.ping((error) => (error ? failed(error) : done())));
  await new Promise<void>((done, failed) => second.ping((error) => (error ? failed(error) : done())));
  expect(second.threadId).toBe(client.threadId + 1);
  client.end();
  await ask(second, create);
  expect(replay.open).toBe(2);
  client.destroy();
  await vi.waitFor(() => expect(replay.open).toBe(1));
});

const killed: Recording = {
  ...recording,
  exchanges: [
    ...recording.exchanges.map((one) => (one.sql === summary ? { ...one, killed: true } : one)),
    { sql: 'KILL QUERY 99', answer: [packetOf(okBody, 1)] },
  ],
};

test('a killed statement ends when the KILL has come, whatever the ids were', async () => {
  const client = await start([], killed);
  const answer = ask(client, summary);
  await vi.waitFor(() => expect(replay.seen).toEqual([summary]));
  const row = await Promise.race([answer, ask(another(), create)]);
  expect(row).toMatchObject({ affectedRows: 1 });
  expect(await ask(another(), `KILL QUERY ${client.threadId}`)).toMatchObject({ affectedRows: 0 });
  expect(await answer).toMatchObject(counts);
  expect(replay.unknown).toEqual([]);
});

test('every cut of a conversation is listed: before, in and after each packet', async () => {
  const cuts = cutPoints(recording);
  const packets = recording.exchanges.reduce((sum, { answer }) => sum + answer.length, 0);
  expect(cuts).toHaveLength(2 * packets + recording.exchanges.length);
  expect(cuts.filter(({ sql }) => sql === create)).toEqual([
    { kind: 'cut', sql: create, nth: 0, packets: 0 },
    { kind: 'cut', sql: create, nth: 0, packets: 0, half: true },
    { kind: 'cut', sql: create, nth: 0, packets: 1 },
  ]);
  const few = cutPoints(recording, 2).filter(({ sql }) => sql === summary);
  expect(few.map((cut) => cut.packets)).toEqual([
    0,
    0,
    packetsOf(summary) - 1,
    packetsOf(summary) - 1,
    packetsOf(summary),
  ]);
});

test('each cut of an answer is seen by the client, and only the last one after the answer', async () => {
  for (const cut of cutPoints(recording).filter(({ sql }) => sql === summary)) {
    const client = await start([cut]);
    const isWhole = cut.packets === packetsOf(summary);
    expect(await ask(client, summary)).toMatchObject(isWhole ? counts : lost);
    expect(await ask(client, create)).toHaveProperty('error');
    client.destroy();
    await replay.close();
  }
});
