// Statements of files: what they show and tell, who is asked before they change data, and processes that are ended or lost under them.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Failure } from '../../src/base/failure.ts';
import { rowAt } from '../../src/data/page.ts';
import type { StatementResult } from '../../src/protocol/panel.ts';
import type { TestApi } from '../../src/extension/main.ts';
import { placeText } from '../../src/extension/connections/connection.ts';
import type { Session } from '../../src/extension/connections/session.ts';
import { api, folder, run, until } from './shell.ts';

const table = 'noaa.statements';
/** Two pages of rows come at once, and then nothing for longer than anybody waits. */
const endless = `SELECT result FROM generate_series(1, 20000) g
  UNION ALL SELECT COUNT(*) FROM generate_series(1, 2000000) a, generate_series(1, 2000000) b`;
const configFile = () => vscode.Uri.joinPath(folder(), 'deltatrain.json');

describe('statements of a file', () => {
  let parts: TestApi;
  let session: Session;

  /** The result of one statement. */
  async function result(sql: string): Promise<StatementResult> {
    const uri = vscode.Uri.joinPath(folder(), 'story.sql').toString();
    const [found] = await run<StatementResult[]>('sql.runStatement', { uri, sql, range: null, database: 'noaa' });
    assert.ok(found);
    return found;
  }

  async function done(sql: string): Promise<StatementResult> {
    const found = await result(sql);
    assert.equal(found.state, 'done', found.sentence ?? '');
    return found;
  }

  /** The cells of a result, by the spool that its panel reads. */
  async function cells(found: StatementResult): Promise<string[][]> {
    assert.ok(found.spool);
    const { page } = await parts.shell.sql.rows('local', found.spool.id, 0, 100);
    assert.ok(page);
    return Array.from({ length: page.rows }, (_, row) => rowAt(page, row).map(String));
  }

  const isRunning = () =>
    until(() =>
      parts.shell.sql.results('local').find(({ state, spool }) => state === 'running' && (spool?.rows ?? 0) > 16000),
    );

  before(async () => {
    parts = await api();
    session = await parts.shell.connections.session('local');
    await done(`CREATE TABLE ${table} (id BIGINT PRIMARY KEY, kind VARCHAR(9))`);
    await done(`INSERT INTO ${table} SELECT result, 'old' FROM generate_series(1, 100) g`);
  });
  beforeEach(() => {
    parts.ask.reset();
    parts.tell.said?.splice(0);
  });
  afterEach(() => assert.deepEqual(parts.ask.left, [], 'answers that nobody asked for'));
  after(() => done(`DROP TABLE ${table}`));

  it('pin, and say how many rows', async () => {
    const { sentence } = await done('CREATE SNAPSHOT statements_s1 FOR TABLE noaa statements');
    assert.equal(sentence, 'statements_s1 is pinned: 100 rows.');
  });

  it('count a delta in the words of the server', async () => {
    await done(`UPDATE ${table} SET kind = 'new' WHERE id <= 3`);
    await done(`DELETE FROM ${table} WHERE id = 100`);
    const diff = `DATA BRANCH DIFF ${table} AGAINST ${table} {SNAPSHOT = 'statements_s1'}`;
    assert.deepEqual(await cells(await done(`${diff} OUTPUT COUNT`)), [['4']]);
    assert.deepEqual(await cells(await done(`${diff} OUTPUT SUMMARY`)), [
      ['INSERTED', '0', '0'],
      ['DELETED', '1', '0'],
      ['UPDATED', '3', '0'],
    ]);
    const rows = await done(diff);
    assert.equal(rows.shape, 'delta');
    assert.equal(rows.spool?.rows, 4);
    assert.deepEqual(rows.delta, { table, from: 'statements_s1', to: 'live', way: null, outdated: false });
  });

  it('restore after a yes, and a no changes nothing', async () => {
    const sql = `RESTORE TABLE ${table} {SNAPSHOT = 'statements_s1'}`;
    parts.ask.answer(false);
    assert.equal((await result(sql)).state, 'cancelled');
    assert.deepEqual(await cells(await done(`SELECT COUNT(*) FROM ${table}`)), [['99']]);
    parts.ask.answer(true);
    assert.match(
      (await done(sql)).sentence ?? '',
      /^4 rows changed, verified\. Before: statements_before_restore_1\.$/,
    );
    assert.deepEqual(await cells(await done(`SELECT COUNT(*) FROM ${table}`)), [['100']]);
    const deltas = parts.shell.sql.results('local').flatMap(({ delta }) => (delta ? [delta] : []));
    assert.deepEqual(
      deltas.map(({ from, to, outdated }) => ({ from, to, outdated })),
      [{ from: 'statements_s1', to: 'live', outdated: true }],
    );
    assert.match((await done(sql)).sentence ?? '', /is already as it was at statements_s1\.$/);
  });

  it('restore a table that was dropped, and undo that by its database', async () => {
    await done('CREATE TABLE noaa.dropped (id BIGINT PRIMARY KEY)');
    await done('CREATE SNAPSHOT dropped_s1 FOR TABLE noaa dropped');
    await done('DROP TABLE noaa.dropped');
    parts.tell.said?.splice(0);
    parts.ask.answer(true);
    const target = { connection: 'local', table: { database: 'noaa', table: 'dropped' }, snapshot: 'dropped_s1' };
    // The panel, which restores a table alone, has nothing to undo it with.
    const outcome = await run<{ safetySnapshot: string | null }>('snapshot.restore', target);
    assert.equal(outcome.safetySnapshot, null);
    assert.deepEqual(parts.tell.said?.at(-1)?.actions, ['Undo…']);
    const [safety] = (await session.store.snapshots()).filter(({ name }) => /^dropped_before_restore/.test(name));
    assert.equal(safety?.level, 'database');
    parts.ask.answer(true);
    await run('snapshot.restoreDatabase', { connection: 'local', database: 'noaa', snapshot: safety.name });
    assert.ok(!(await session.store.tables('noaa')).some(({ name }) => name.table === 'dropped'));
  });

  it('on production ask for the name of what they change, and only then', async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(configFile()));
    const production = text.replace('"kind": "embedded"', '"kind": "embedded", "environment": "production"');
    assert.notEqual(production, text);
    await vscode.workspace.fs.writeFile(configFile(), new TextEncoder().encode(production));
    const { connections } = parts.shell;
    const environment = async (): Promise<string> => (await connections.find('local')).config.environment;
    try {
      await until(async () => ((await environment()) === 'production' ? true : undefined));
      session = await connections.session('local');
      await done(`SELECT COUNT(*) FROM ${table}`);
      await done('CREATE SNAPSHOT statements_s2 FOR TABLE noaa statements');
      assert.deepEqual(parts.ask.asked, []);
      const sql = `DELETE FROM ${table} WHERE id = 1`;
      // What is typed is not the name: the dialog does not let it pass, and nothing runs.
      parts.ask.answer('statements');
      await assert.rejects(result(sql).then(({ state, sentence }) => assert.equal(state, 'done', sentence ?? '')));
      assert.deepEqual(await cells(await done(`SELECT COUNT(*) FROM ${table}`)), [['100']]);
      parts.ask.answer(table);
      await done(sql);
      assert.match(parts.ask.asked.at(-1) ?? '', /This is production: type noaa\.statements to go on/);
      assert.deepEqual(await cells(await done(`SELECT COUNT(*) FROM ${table}`)), [['99']]);
    } finally {
      await vscode.workspace.fs.writeFile(configFile(), new TextEncoder().encode(text));
      await until(async () => ((await environment()) === 'development' ? true : undefined));
      session = await connections.session('local');
    }
  });

  it('that delete a snapshot which a model needs are asked about, and told to the record', async () => {
    const model = (await session.registry.heads()).find(({ status }) => status !== 'archived');
    const name = model?.snapshot.name ?? '';
    const there = async (): Promise<boolean> => (await session.store.snapshots()).some((one) => one.name === name);
    parts.ask.answer(false);
    assert.equal((await result(`DROP SNAPSHOT ${name}`)).state, 'cancelled');
    assert.match(parts.ask.details.at(-1) ?? '', /can then neither be explained nor reproduced/);
    assert.ok(await there());
    parts.ask.answer(true);
    await done(`DROP SNAPSHOT ${name}`);
    assert.ok(!(await there()));
    const last = (await session.registry.record.events()).at(-1);
    assert.deepEqual([last?.what, last?.subject], ['snapshot.forced', name]);
  });

  it('that do not stop are ended with their own process, and nothing else is', async () => {
    const ours = session.engine.facts();
    const theirs = session.sqlEngine.facts();
    // One that hears of it between two of its pages stops by itself; the next one is at its endless part by then.
    for (let tries = 0; tries < 5 && session.sqlEngine.facts() === theirs; tries++) {
      const running = result(endless);
      await isRunning();
      assert.equal(await run<number>('sql.cancel'), 1);
      assert.equal((await running).state, 'cancelled');
    }
    assert.equal(session.engine.facts(), ours, 'our own process goes on');
    assert.notEqual(session.sqlEngine.facts(), theirs, 'the process of the statement was ended');
    assert.deepEqual(await cells(await done('SELECT 1 + 1')), [['2']]);
  });

  it('say so when their process goes away, and the next one finds another', async () => {
    const before = await done('SELECT 40 + 2');
    const lost = result(endless);
    await isRunning();
    session.sqlEngine.kill();
    const { state, sentence } = await lost;
    assert.equal(state, 'failed');
    assert.equal(sentence, new Failure('store.lost', { store: placeText(session.connection.place) }).message);
    assert.deepEqual(await cells(await done('SELECT 1 + 1')), [['2']]);
    await assert.rejects(cells(before), { code: 'spool.lost' }, 'no rows of the new process under an old number');
  });

  it('and the tree finds another process too', async () => {
    const before = session.engine.facts();
    const reading = session.store.query({
      sql: 'SELECT COUNT(*) FROM generate_series(1, 3000000) a, generate_series(1, 3000) b',
    });
    const lost = reading.next();
    await before;
    session.engine.kill();
    await assert.rejects(lost, { code: 'store.lost' });
    assert.ok((await session.store.databases()).includes('noaa'));
    assert.notEqual(session.engine.facts(), before);
  });
});
