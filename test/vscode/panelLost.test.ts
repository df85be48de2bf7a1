// The panel goes away while its worker trains: nothing is registered, the snapshot is kept until the run is repeated or given up.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunOutcome } from '../../src/data/run.ts';
import type { Runs } from '../../src/extension/runs/runs.ts';
import { api, elementOf, labelsOf, run } from './shell.ts';

const target = { connection: 'local', table: { database: 'noaa', table: 'weather' }, training: 'weather' };
const way = ['local', 'noaa', 'weather'];

describe('a panel that is lost while it trains', () => {
  let runs: Runs;
  const where = (value: string) =>
    vscode.workspace.getConfiguration('deltatrain').update('train.where', value, vscode.ConfigurationTarget.Workspace);
  before(() => where('panel'));
  after(() => where('process'));
  const snapshots = () => labelsOf(...way, 'Snapshots');
  const models = () => labelsOf(...way, 'Models');

  /** Closes the panel at the first row that the trainer reads. A row is warmer each time: what is there already is not trained again. */
  async function lose(): Promise<string> {
    const { shell } = await api();
    runs = shell.runs;
    const { store } = await shell.connections.session('local');
    const sql = `UPDATE noaa.weather SET temp_max = temp_max + 0.1 WHERE location = 'Seattle' AND date = '2012-01-01'`;
    await store.write([{ sql, values: [], expect: 1 }]);
    const open = await shell.trainings.open(await shell.trainings.find('local', 'weather'));
    const listener = runs.onDidTell(() => {
      listener.dispose();
      shell.panels.showTraining(open, null, true).dispose();
    });
    const before = await models();
    await assert.rejects(run('table.trainFully', target), (error: Error) => {
      assert.match(error.message, /was interrupted\. Nothing was registered; its snapshot "(\w+)" is kept/);
      return true;
    });
    const view = runs.last(target);
    assert.equal(view?.phase, 'interrupted');
    assert.equal(view.where, 'panel');
    assert.deepEqual(await models(), before);
    const [newest = ''] = await snapshots();
    assert.match(view.sentence ?? '', new RegExp(`"${newest}" is kept`));
    return newest;
  }

  it('leaves a run that can be had again, on the snapshot that was kept', async () => {
    const kept = await lose();
    // It stands in the tree, where a click runs it again.
    const told = await elementOf(...way, 'Interrupted run of weather. Run Again…');
    assert.equal(told.node.click?.command, 'deltatrain.run.again');
    const outcome = await run<RunOutcome>('run.again', told);
    assert.equal(outcome.model?.snapshot.name, kept);
    assert.equal((await models())[0], `m${outcome.model.number}`);
    assert.deepEqual(runs.interrupted(), []);
    assert.ok(!(await labelsOf(...way)).some((label) => label.startsWith('Interrupted')));
  });

  it('leaves a run that can be discarded, and its snapshot with it', async () => {
    const before = await snapshots();
    assert.ok(!before.includes(await lose()));
    await run('run.discard', target);
    assert.deepEqual(await snapshots(), before);
    assert.deepEqual(runs.interrupted(), []);
  });

  it('leaves a snapshot alone that somebody made under the name of the one it kept', async () => {
    const before = await snapshots();
    const kept = await lose();
    const { connections } = (await api()).shell;
    const { store } = await connections.session('local');
    await store.dropSnapshot(kept);
    await store.createSnapshot(kept, { level: 'table', table: target.table });
    await run('run.discard', target);
    assert.deepEqual(runs.interrupted(), []);
    assert.deepEqual(await snapshots(), [kept, ...before]);
    await store.dropSnapshot(kept);
    connections.noticeChange('local');
  });

  it('leaves no snapshot behind when another run is started instead', async () => {
    const before = await snapshots();
    await lose();
    const outcome = await run<RunOutcome>('table.trainFully', target);
    assert.deepEqual(await snapshots(), [outcome.model?.snapshot.name, ...before]);
    assert.deepEqual(runs.interrupted(), []);
  });
});
