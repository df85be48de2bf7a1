// The whole loop through the commands of the extension, on the sample, with real processes behind it.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { rowAt } from '../../src/data/page.ts';
import type { RunOutcome } from '../../src/data/run.ts';
import type { FormPanel } from '../../src/extension/forms/formPanel.ts';
import type { StatementResult } from '../../src/protocol/panel.ts';
import type { TestApi } from '../../src/extension/main.ts';
import { api, childrenOf, elementOf, fileIn, folder, labelsOf, run, until } from './shell.ts';

const weather = { database: 'noaa', table: 'weather' };
const way = ['local', 'noaa', 'weather'];
const target = { connection: 'local', table: weather };

describe('the loop on the sample', () => {
  let parts: TestApi;
  before(async () => {
    parts = await api();
  });
  beforeEach(() => {
    parts.ask.reset();
    parts.tell.said?.splice(0);
  });
  afterEach(() => assert.deepEqual(parts.ask.left, [], 'answers that nobody asked for'));

  it('starts with an empty tree that says so', async () => {
    assert.deepEqual(await labelsOf(), []);
  });

  it('opens the sample in the folder: store, configuration and story', async () => {
    parts.ask.answer('In deltatrain-workspace');
    assert.equal(await run('sample.open'), 'local');
    const names = (await vscode.workspace.fs.readDirectory(folder())).map(([name]) => name);
    for (const name of ['deltatrain.json', 'story.sql', '.deltatrain']) assert.ok(names.includes(name), name);
    assert.equal(vscode.window.activeTextEditor?.document.fileName.endsWith('story.sql'), true);
  });

  it('shows databases, tables, snapshots and models, newest first', async () => {
    assert.deepEqual(await labelsOf(), ['local']);
    assert.deepEqual(await labelsOf('local', 'noaa'), ['archive', 'weather']);
    assert.deepEqual(await labelsOf(...way), ['Snapshots', 'Models']);
    assert.deepEqual(await labelsOf(...way, 'Snapshots'), ['weather_v4', 'weather_v3', 'weather_v2', 'weather_v1']);
    assert.deepEqual(await labelsOf(...way, 'Models'), ['m4', 'm3', 'm2', 'm1']);
  });

  it('counts what changed since the newest model when it is asked to', async () => {
    await run('tree.count', target);
    const { node } = await elementOf(...way);
    assert.equal(node.description, '+730 ~0 −0 since weather_v4 · 2,922 rows');
  });

  it('holds what deltatrain.json said while it cannot be read, with the problem where it is, and then follows it', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'deltatrain.json');
    const written = await vscode.workspace.fs.readFile(uri);
    const session = parts.shell.connections.opened('local');
    const ours = (): vscode.Diagnostic | undefined =>
      vscode.languages.getDiagnostics(uri).find(({ source }) => source === 'DeltaTrain');
    await fileIn('deltatrain.json', new TextDecoder().decode(written).replace('"connections":', '"connections"'));
    const problem = await until(ours);
    assert.equal(problem.message, 'A colon is expected after the field name.');
    assert.ok((await labelsOf()).includes('local'));
    assert.equal((await parts.shell.trainings.find('local', 'weather')).name, 'weather');
    assert.equal(parts.shell.connections.opened('local'), session);
    await vscode.workspace.fs.writeFile(uri, written);
    await until(() => (ours() ? undefined : true));
    assert.deepEqual(await labelsOf(), ['local']);
  });

  it('has approved what arrived with 2014, with a reason that stands in the record', async () => {
    const open = await parts.shell.trainings.open(await parts.shell.trainings.find('local', 'weather'));
    const m4 = await open.registry.registry.model('weather/m4');
    assert.equal(m4.status, 'candidate');
    assert.ok(m4.judgement?.data.hash);
  });

  it('gives elements the same id when they are read again', async () => {
    const before = await childrenOf(...way, 'Snapshots');
    await run('tree.refresh');
    assert.deepEqual(await childrenOf(...way, 'Snapshots'), before);
  });

  it('trains on the delta: pins first, and the new model is a child of the last', async () => {
    const outcome = await run<RunOutcome>('table.trainOnDelta', target);
    assert.equal(outcome.model?.number, 5);
    assert.equal(outcome.model.parent, 4);
    assert.deepEqual(outcome.model.delta, { inserted: 730, updated: 0, deleted: 0 });
    assert.equal(outcome.model.snapshot.name, 'weather_v5');
    assert.equal((await labelsOf(...way, 'Models'))[0], 'm5');
    assert.equal((await labelsOf(...way, 'Snapshots'))[0], 'weather_v5');
  });

  it('has nothing to train on when nothing changed, and leaves no snapshot behind', async () => {
    const outcome = await run<RunOutcome>('table.trainOnDelta', target);
    assert.equal(outcome.model, null);
    assert.equal((await labelsOf(...way, 'Snapshots'))[0], 'weather_v5');
  });

  it('reproduces a model bit for bit', async () => {
    const found = await run<{ identical: boolean }>('model.reproduce', { ...target, training: 'weather', model: 1 });
    assert.equal(found.identical, true);
  });

  it('answers for a table at a version, and for a file that lacks a column when a person says so', async () => {
    const of = { ...target, training: 'weather', model: 5 };
    parts.ask.answer('noaa.weather: weather_v4', vscode.Uri.joinPath(folder(), 'answers.csv'));
    assert.equal((await run<{ rows: number }>('model.predict', of)).rows, 2192);
    const written = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'answers.csv'));
    const [head, first] = new TextDecoder().decode(written).split('\n');
    assert.match(head ?? '', /^location,date,prediction,probability,p_.*,model,model_snapshot$/);
    assert.match(first ?? '', /weather\/m5,weather_v5$/);
    await fileIn('few.csv', 'location,date\nSeattle,2015-01-01\n');
    const few = vscode.Uri.joinPath(folder(), 'few.csv');
    parts.ask.answer('A file…', few, vscode.Uri.joinPath(folder(), 'few_answers.csv'), true);
    assert.equal((await run<{ rows: number }>('model.predict', of)).rows, 1);
    const said = parts.tell.said?.at(-1);
    assert.match(said?.message ?? '', /they count as missing in every row/);
    assert.deepEqual(said?.actions, ['Open File']);
  });

  it('promotes a model when a person says so', async () => {
    parts.ask.answer(true);
    await run('model.promote', { ...target, training: 'weather', model: 5 });
    assert.match((await elementOf(...way, 'Models', 'm5')).node.description, /^promoted/);
  });

  it('runs a statement of the story: the bad import', async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), 'story.sql'));
    const text = document.getText();
    const sql = text.slice(text.indexOf('UPDATE'), text.indexOf(';', text.indexOf('UPDATE')));
    const results = await run<StatementResult[]>('sql.runStatement', {
      uri: document.uri.toString(),
      sql,
      range: null,
      database: null,
    });
    assert.equal(results[0]?.state, 'done', results[0]?.sentence ?? '');
  });

  it('holds the model of the bad import, says why, and offers the ways out', async () => {
    const outcome = await run<RunOutcome>('table.trainOnDelta', target);
    assert.equal(outcome.model?.status, 'held');
    const said = parts.tell.said?.at(-1);
    assert.equal(said?.level, 'warning');
    assert.match(said.message, /sun became rain|The label changed/);
    const waysOut = ['Approve: These Changes Are Right', 'Revert…', 'Train Without Them'];
    assert.deepEqual(said.actions, waysOut);
    assert.match((await elementOf(...way, 'Models', 'm6')).node.description, /^held/);
  });

  it('trains no second model of what is held already, and leaves no snapshot behind', async () => {
    const outcome = await run<RunOutcome>('table.trainOnDelta', target);
    assert.deepEqual([outcome.reason, outcome.model?.number], ['model.held', 6]);
    assert.equal((await labelsOf(...way, 'Snapshots'))[0], 'weather_v6');
  });

  it('restores after a preview and a yes, verified, and offers Undo', async () => {
    parts.ask.answer(true);
    const done = await run<{ verified: boolean; rowsChanged: number; safetySnapshot: string }>('snapshot.restore', {
      ...target,
      snapshot: 'weather_v5',
    });
    assert.equal(done.verified, true);
    assert.ok(done.rowsChanged > 100);
    assert.deepEqual(parts.tell.said?.at(-1)?.actions, ['Undo…']);
    assert.deepEqual(await labelsOf(...way), ['Snapshots', 'Safety', 'Models']);
    assert.deepEqual(await labelsOf(...way, 'Safety'), [done.safetySnapshot]);
  });

  it('undoes a restore by restoring its safety snapshot, and a no changes nothing', async () => {
    const safety = await elementOf(...way, 'Safety', 'weather_before_restore_1');
    parts.ask.answer(false);
    await run('snapshot.restore', safety);
    assert.deepEqual(parts.tell.said, []);
    parts.ask.answer(true);
    const done = await run<{ verified: boolean }>('snapshot.restore', safety);
    assert.equal(done.verified, true);
  });

  it('takes back only the rows that a condition means, and undoes that by their keys', async () => {
    parts.ask.answer(`location = 'New York' AND date < '2014-07-01'`, true);
    const done = await run<{ rowsChanged: number; safetySnapshot: string }>('snapshot.restoreRows', {
      ...target,
      snapshot: 'weather_v5',
    });
    assert.ok(done.rowsChanged > 50 && done.rowsChanged < 329, String(done.rowsChanged));
    assert.match(parts.ask.details.at(-1) ?? '', /~ location New York, date 2014-01-\d\d, weather \w+ → \w+/);
    assert.deepEqual(parts.tell.said?.at(-1)?.actions, ['Undo…']);
    parts.ask.answer(true);
    const undone = await run<{ rowsChanged: number }>('snapshot.undoRows', {
      ...target,
      snapshot: done.safetySnapshot,
    });
    assert.equal(undone.rowsChanged, done.rowsChanged);
  });

  it('creates a snapshot under the proposed name, and deletes it again', async () => {
    parts.ask.answer(true);
    const name = await run<string>('table.createSnapshot', target);
    assert.match(name, /^weather_v\d+$/);
    parts.ask.answer(true);
    await run('snapshot.delete', { ...target, snapshot: name });
    assert.ok(!(await labelsOf(...way, 'Snapshots')).includes(name));
  });

  it('cleans up what nothing needs, as it was ticked: here the safety snapshots', async () => {
    const safety = [1, 2, 3].map((number) => `weather_before_restore_${number}`);
    parts.ask.answer('Of any age', safety, true);
    const removed = await run<string[]>('snapshot.cleanUp', { connection: 'local' });
    assert.deepEqual(removed.toSorted(), safety);
    // What was done last can still be undone.
    assert.deepEqual(await labelsOf(...way, 'Safety'), ['weather_before_restore_4']);
    // Of the rest each is needed, or one of the newest.
    parts.ask.answer('Of any age');
    assert.deepEqual(await run<string[]>('snapshot.cleanUp', { connection: 'local' }), []);
  });

  it('compares two models that are selected in the tree, without a question', async () => {
    const [newer, older] = [await elementOf(...way, 'Models', 'm5'), await elementOf(...way, 'Models', 'm4')];
    await run('model.compare', newer, [newer, older]);
    assert.deepEqual(
      parts.tell.said?.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('compares a snapshot with live in the panel of the training', async () => {
    await run('snapshot.compareWithLive', { ...target, snapshot: 'weather_v4' });
    const tab = await until(() =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === 'weather'),
    );
    assert.ok(tab.input instanceof vscode.TabInputWebview);
  });

  it('shows the rows of a table, of a snapshot and of a slice, and a row through all versions', async () => {
    const { sql } = parts.shell;
    const shown = () => {
      const { rows, spool } = sql.results('local').at(-1) as StatementResult;
      return { at: rows?.at, where: rows?.where, rows: spool?.rows, id: spool?.id ?? 0, key: spool?.keyColumns };
    };
    await run('table.rows', target);
    assert.deepEqual([shown().at, shown().rows], [null, 2922]);
    await run('snapshot.query', { ...target, snapshot: 'weather_v1' });
    assert.deepEqual([shown().at, shown().rows, shown().key], ['weather_v1', 366, 2]);
    const session = await parts.shell.connections.session('local');
    const where = [{ column: 'location', value: 'New York' }];
    await sql.showRows(session, weather, 'weather_v4', where);
    assert.deepEqual(shown().where, where);
    await sql.showHistory(session, weather, ['Seattle', '2012-01-01']);
    const { page } = await sql.rows('local', shown().id, 0, 20);
    assert.ok(page);
    const happened = Array.from({ length: page.rows }, (_, i) => rowAt(page, i)[2]);
    assert.equal(happened[0], 'there');
    assert.deepEqual([...new Set(happened.slice(1))], ['as before']);
  });

  it('refuses a ragged file with its line, and writes nothing', async () => {
    const file = await fileIn('ragged.csv', 'id,label\n1,a\n2,b,c\n');
    parts.ask.answer(file);
    await assert.rejects(run('table.import', { connection: 'local' }));
    const said = parts.tell.said?.at(-1);
    assert.equal(said?.level, 'error');
    assert.match(said.message, /ragged\.csv, line 3/);
    assert.ok(!(await labelsOf('local', 'noaa')).includes('ragged'));
  });

  it('imports a file from its form, with the types that were chosen, writes a training for it, and trains', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `${i},${i % 7},${i % 2 ? 'odd' : 'even'}`);
    const file = await fileIn('parity.csv', `id,rest,kind\n${rows.join('\n')}\n`);
    const form = await run<FormPanel>('table.import', { connection: 'local', file });
    const { answers } = form;
    assert.deepEqual(
      [answers.table, answers.key, answers.label, answers.features],
      ['noaa.parity', ['id'], 'kind', ['rest']],
    );
    const wrong = await form.submit({ ...answers, table: 'parity' }, false);
    assert.deepEqual(
      wrong.problems.filter(({ blocks }) => blocks === 'all').map(({ field }) => field),
      ['table'],
    );
    const done = await form.submit({ ...answers, types: { rest: 'VARCHAR(20)' }, slices: ['rest'] }, true);
    assert.deepEqual(
      done.problems.filter(({ blocks }) => blocks !== null),
      [],
    );
    assert.match(parts.tell.said?.at(-1)?.message ?? '', /^m1: /);
    assert.deepEqual(await labelsOf('local', 'noaa', 'parity', 'Models'), ['m1']);
    const session = await parts.shell.connections.session('local');
    const { columns } = await session.store.table({ database: 'noaa', table: 'parity' });
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['BIGINT', 'VARCHAR(20)', 'TEXT'],
    );
    const text = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'deltatrain.json')),
    );
    assert.match(text, /\/\/ Where the data are/);
    assert.match(text, /"label": "kind"/);
  });

  it('reads a file as it is told to in the form, remembers that in deltatrain.json, and reads the next one the same way', async () => {
    const config = async (): Promise<string> =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'deltatrain.json')));
    const file = await fileIn('plates.csv', 'nr;plate;price;note\n1;0123;T;x\n2;0456;10;y\n');
    const form = await run<FormPanel>('table.import', { connection: 'local', file });
    const reading = { ...form.answers.reading, na: 'T', skip: 'note', rename: 'nr=id' };
    const found = await form.change({ ...form.answers, reading });
    assert.deepEqual(
      found.file?.columns.map(({ name, type }) => `${name} ${type}`),
      ['id BIGINT', 'plate TEXT', 'price BIGINT'],
    );
    const answers = { ...(found.file?.answers ?? form.answers), key: ['id'] };
    await form.submit(answers, false);
    assert.match(await config(), /"noaa\.plates": \{\s*"na": \[\s*"T"\s*\],\s*"skip"/);
    const next = await fileIn('more.csv', 'nr;plate;price;note\n3;0789;T;z\n');
    const target = { connection: 'local', table: { database: 'noaa', table: 'plates' }, file: next };
    const again = await run<FormPanel>('table.import', target);
    assert.deepEqual(again.answers.reading, reading);
    await again.change(again.answers);
    await again.submit(again.answers, false);
    const session = await parts.shell.connections.session('local');
    assert.equal(await session.store.countRows({ database: 'noaa', table: 'plates' }), 3);
  });

  it('changes a training by the same form, and leaves the rest of the file as it was', async () => {
    const form = await run<FormPanel>('training.edit', { connection: 'local', training: 'parity' });
    assert.deepEqual([form.answers.label, form.answers.slices], ['kind', ['rest']]);
    await form.submit({ ...form.answers, seed: '7', slices: [] }, false);
    const { written } = await parts.shell.trainings.find('local', 'parity');
    assert.deepEqual([written.seed, written.slices, written.label], [7, [], 'kind']);
    const text = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'deltatrain.json')),
    );
    assert.match(text, /\/\/ Where the data are/);
  });

  it('keeps what was answered when the file was renamed meanwhile, and says so', async () => {
    const file = await fileIn('moved.csv', 'id,kind\n1,a\n2,b\n');
    const form = await run<FormPanel>('table.import', { connection: 'local', file });
    await vscode.workspace.fs.rename(file, vscode.Uri.joinPath(folder(), 'moved2.csv'));
    const said = await form.submit({ ...form.answers, name: 'mine' }, false);
    assert.match(said.problems.find(({ field }) => field === 'file')?.sentence ?? '', /moved\.csv/);
    assert.equal(form.answers.name, 'mine');
    form.dispose();
  });

  it('keeps the store when a connection is closed, and opens it again', async () => {
    await run('connection.disconnect', { connection: 'local' });
    assert.equal(parts.shell.connections.isOpen('local'), false);
    assert.equal(await run('connection.connect', { connection: 'local' }), 'local');
    assert.ok((await labelsOf('local', 'noaa')).includes('weather'));
  });
});
