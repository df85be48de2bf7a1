// The training half of the command line as it is shipped, in processes of its own: the demo, and the calls on what it leaves.
import { DatabaseSync } from 'node:sqlite';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleCommandLine, type Called, type CommandLine } from './trainBundle.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(
  JSON.parse(readFileSync(new URL('../../docs/cli.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>,
);

/** A document against the published schema, by the name of its definition. */
function requireDocument(definition: string, document: unknown): void {
  ajv.validate({ $ref: `deltatrain-cli#/$defs/${definition}` }, document);
  expect(ajv.errorsText(), definition).toBe('No errors');
}

let cli: CommandLine;
let workspace: string;
let demo: Called;

beforeAll(async () => {
  cli = await bundleCommandLine();
  workspace = path.join(cli.folder, 'workspace');
  vi.stubEnv('DELTATRAIN_CALL', 'npm run -s cli --');
  demo = await cli.call(['demo', '--dir', workspace], cli.folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  cli.remove();
});

const call = (...args: string[]): Promise<Called> => cli.call(args, workspace);

/** The name of the document that a call prints. */
function documentOf([first = '', second = '']: readonly string[]): string {
  if (first === 'log') return second === '--verify' ? 'logVerify' : 'log';
  if (first !== 'model') return first;
  if (second === 'list') return 'modelList';
  if (['approve', 'approvals', 'suspects'].includes(second))
    return `model${second[0]?.toUpperCase()}${second.slice(1)}`;
  return second === 'reproduce' ? second : 'model';
}

async function json(...args: string[]): Promise<{ code: number | null; document: Record<string, unknown> }> {
  const { code, stdout } = await call(...args, '--json');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  requireDocument('error' in document ? 'error' : documentOf(args), document);
  return { code, document };
}

describe('the demo', () => {
  test('tells the whole loop and leaves a workspace', () => {
    expect(demo.stderr).toBe('');
    expect(demo.code).toBe(0);
    for (const said of [
      'weather_v5: 2015 of both.',
      '329 rows were updated',
      'These changes are right, so they were approved',
      'weather/m6 is held.',
      'the label changed in',
      'The learner is "forest"',
      'identical to a full fit with this encoder (frozen at m1)',
      '329 rows taken back, verified',
      'the same weights to the bit',
      'The whole loop took',
      'npm run -s cli -- model list',
    ])
      expect(demo.stdout).toContain(said);
    expect(readdirSync(workspace).sort()).toEqual(['.deltatrain', 'deltatrain.json', 'story.sql']);
  });

  test('as a document holds every number', async () => {
    const { code, stdout } = await cli.call(['demo', '--dir', 'as-json', '--json'], cli.folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { steps: unknown[] };
    requireDocument('demo', document);
    expect(document.steps).toHaveLength(5);
  });

  test('touches no folder that has something in it', async () => {
    const again = await cli.call(['demo', '--dir', workspace], cli.folder);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('the folder is not empty');
    expect(readdirSync(workspace)).toHaveLength(3);
  });

  test('cancelled half-way, takes back what it made', async () => {
    const folder = path.join(cli.folder, 'deep/er');
    const cancelled = await cli.interruptAt('weather_v2', ['demo', '--dir', folder], cli.folder);
    expect(cancelled.code).toBe(130);
    expect(cancelled.stderr).toContain('Cancelled.');
    expect(existsSync(path.join(cli.folder, 'deep'))).toBe(false);
  });
});

describe('on the workspace that the demo left', () => {
  test('model list and show', async () => {
    const { document } = await json('model', 'list');
    const models = document as unknown as { model: string; status: string }[];
    expect(models.map(({ model, status }) => [model, status])).toEqual([
      ['weather/m6', 'archived'],
      ...[5, 4, 3, 2, 1].map((number) => [`weather/m${number}`, 'candidate']),
    ]);
    const shown = (await json('model', 'show', 'm5')).document;
    expect(shown).toMatchObject({ model: 'weather/m5', parent: 'weather/m4', kind: 'delta', table: 'noaa.weather' });
    expect(shown).not.toHaveProperty('artifact');
    expect((await call('model', 'list', 'weather')).stdout).toContain('weather/m6  archived');
    const reverted = (await json('model', 'show', 'm6')).document;
    expect(reverted).toMatchObject({ status: 'archived', reason: 'reverted', data: { verdict: 'suspect' } });
    expect((await call('model', 'show', 'm6')).stdout).toContain('archived: its data were reverted');
  });

  test('an unknown model or training names the nearest', async () => {
    expect((await json('model', 'show', 'wether/m5')).document).toEqual({
      version: 2,
      error: {
        code: 'model.unknown',
        message: 'There is no model "wether/m5". Did you mean "weather/m5"?',
        data: { model: 'wether/m5', near: 'weather/m5' },
      },
    });
    const unknown = await call('train', 'wether');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toBe('There is no training "wether". Did you mean "weather"?\n');
    expect((await call('model', 'list', 'wether')).stderr).toContain('Did you mean "weather"?');
  });

  test('nothing changed: train says so; something changed: it trains on that, and a bad change ends with 3', async () => {
    const nothing = await json('train', 'weather');
    expect(nothing).toMatchObject({ code: 0, document: { model: null, reason: 'delta.empty' } });
    const told = (await call('train', 'weather')).stderr;
    const pinned = /^Pinned as (\w+)\.$/m.exec(told)?.[1] ?? '';
    expect(told).toContain(`${pinned} was not needed, and is deleted again.`);
    expect((await call('snapshot', 'list')).stdout).not.toContain(pinned);

    const insert = `INSERT INTO noaa.weather SELECT 'Boston', date, precipitation, temp_max, temp_min, wind, weather FROM noaa.archive WHERE location = 'New York' AND date < '2013-01-01';`;
    writeFileSync(path.join(workspace, 'more.sql'), insert);
    expect((await call('sql', 'more.sql')).code).toBe(0);
    const trained = await json('train', 'weather');
    expect(trained.code).toBe(0);
    expect(trained.document).toMatchObject({
      model: 'weather/m7',
      training: 'weather',
      parent: 'weather/m5',
      kind: 'delta',
      status: 'candidate',
      baseSnapshot: 'weather_v5',
      learner: 'forest',
      exact: 'identical to a full fit with this encoder (frozen at m1)',
      delta: { inserted: 366, updated: 0, deleted: 0 },
      guard: { relabelled: 0 },
    });

    writeFileSync(
      path.join(workspace, 'bad.sql'),
      `UPDATE noaa.weather SET weather = 'snow' WHERE date >= '2013-01-01';`,
    );
    expect((await call('sql', 'bad.sql')).code).toBe(0);
    const bad = await call('train', 'weather');
    expect(bad.code).toBe(3);
    expect(bad.stdout).toContain('weather/m8  held');
    expect(bad.stdout).toMatch(/to approve +deltatrain model approve weather\/m8 --reasons [0-9a-f]{64}/);
    const again = await json('train', 'weather');
    expect(again).toMatchObject({ code: 3, document: { model: 'weather/m8', reason: 'model.held', status: 'held' } });
    expect(bad.stderr).toContain('Pinned as');

    const blamed = await json('model', 'suspects', 'm8', '--limit', '1', '--rows');
    const [group] = (blamed.document as unknown as { groups: { rows: number; hashes: string[] }[] }).groups;
    expect(group?.hashes).toHaveLength(group?.rows ?? 0);
    expect((await call('model', 'suspects', 'm8')).stdout).toContain('changes explain');
    const shown = (await call('model', 'suspects', 'm8', '--limit', '1', '--rows')).stdout;
    expect(group?.hashes.filter((hash) => !shown.includes(hash))).toEqual([]);
    const wrong = await json('model', 'approve', 'm8', '--reasons', '0'.repeat(64));
    expect(wrong).toMatchObject({ code: 1, document: { error: { code: 'run.refused' } } });
    expect((await call('model', 'approve', 'm8')).code).toBe(2);
    const approvals = (await json('model', 'approvals', 'weather')).document as unknown as {
      id: number;
      kind: string;
    }[];
    expect(approvals.map(({ id }) => id)).toEqual(approvals.map((_, i) => i + 1));

    const full = await json('train', 'weather', '--full', '--snapshot', 'weather_v5');
    expect(full.document).toMatchObject({ model: 'weather/m9', kind: 'full', snapshot: 'weather_v5' });
  });

  test('promote, archive, reproduce, evaluate', async () => {
    expect((await json('model', 'promote', 'weather/m5')).document).toMatchObject({ status: 'promoted' });
    for (const [model, why] of [
      ['weather/m6', 'its data were reverted'],
      ['weather/m8', 'its data are suspect'],
    ] as const) {
      const refused = await json('model', 'promote', model);
      expect(refused).toMatchObject({ code: 1, document: { error: { code: 'run.refused' } } });
      expect(JSON.stringify(refused.document)).toContain(why);
    }
    expect((await json('model', 'archive', 'm1')).document).toMatchObject({ status: 'archived' });
    const again = await json('model', 'reproduce', 'm3', '--from-root');
    expect(again).toMatchObject({ code: 0, document: { model: 'weather/m3', identical: true, steps: 3 } });
    const inFull = await json('model', 'reproduce', 'm4', '--in-full');
    expect(inFull).toMatchObject({ code: 0, document: { model: 'weather/m4', identical: true, inFull: true } });
    expect((await call('model', 'reproduce', 'm4', '--in-full', '--from-root')).code).toBe(2);
    const matrix = (await json('evaluate', 'weather', '--last', '3')).document as unknown as {
      models: string[];
      accuracy: (number | null)[][];
    };
    expect(matrix.models).toEqual(['weather/m7', 'weather/m8', 'weather/m9']);
    expect(matrix.accuracy.flat()).not.toContain(null);
    expect((await call('evaluate', 'weather', '--last', 'x')).code).toBe(2);
  });

  test('another learner is asked for by name', async () => {
    // The same data are held already, and would be told to be: that entry is put aside.
    await call('model', 'archive', 'weather/m9');
    const full = await json('train', 'weather', '--full', '--learner', 'linear', '--snapshot', 'weather_v5');
    expect(full.document).toMatchObject({ kind: 'full', learner: 'linear' });
    const odd = await json('train', 'weather', '--full', '--learner', 'linaer');
    expect(odd).toMatchObject({ code: 1, document: { error: { code: 'plan.unsupported' } } });
  });

  test('by the store alone, without a configuration', async () => {
    const elsewhere = path.join(cli.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const store = `embedded:${path.join(workspace, '.deltatrain/store.db')}`;
    const listed = await cli.call(['--connection', store, 'model', 'show', 'm5', '--json'], elsewhere);
    expect(JSON.parse(listed.stdout)).toMatchObject({ model: 'weather/m5' });
    const reproduced = await cli.call(['--connection', store, 'model', 'reproduce', 'm5'], elsewhere);
    expect(reproduced).toMatchObject({ code: 0 });
    expect((await cli.call(['model', 'list'], elsewhere)).code).toBe(2);
  });

  test('a snapshot that models need stays; another one that was given its name does not count', async () => {
    const needed = await json('snapshot', 'delete', 'weather_v4');
    const how = 'Archive the model first.\nTo delete it all the same: snapshot delete weather_v4 --force.\n';
    expect((await call('snapshot', 'delete', 'weather_v4')).stderr).toContain(how);
    expect(needed).toMatchObject({
      code: 1,
      document: {
        error: { code: 'version.needed', data: { snapshot: 'weather_v4', models: 'weather/m5, weather/m4' } },
      },
    });
    writeFileSync(path.join(workspace, 'drop.sql'), 'DROP SNAPSHOT weather_v4');
    const dropped = await call('sql', 'drop.sql');
    expect(dropped.code).toBe(1);
    expect(dropped.stderr).toContain('"weather_v4" is needed by weather/m5, weather/m4.');
    expect(dropped.stderr).toContain(how);
    expect((await call('snapshot', 'delete', 'weather_v4', '--force')).code).toBe(0);
    expect((await call('snapshot', 'create', 'weather_v4', '--table', 'noaa.weather')).code).toBe(0);
    expect((await call('snapshot', 'delete', 'weather_v4')).code).toBe(0);
  });

  test('the record tells what was done and holds, no statement writes it, and what another hand changed is named', async () => {
    writeFileSync(path.join(workspace, 'restore.sql'), "RESTORE TABLE noaa.weather {SNAPSHOT = 'weather_v3'}");
    expect((await call('sql', 'restore.sql')).code).toBe(0);
    const { document } = await json('log');
    const events = document as unknown as { seq: number; what: string; subject: string; who: string; tool: string }[];
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const whats = events.map(({ what, subject }) => `${what} ${subject}`);
    for (const one of ['model.registered weather/m1', 'model.promoted weather/m5', 'snapshot.forced weather_v4'])
      expect(whats).toContain(one);
    const restored = events.filter(({ what }) => what === 'data.restored').at(-1);
    expect(restored).toMatchObject({ subject: 'noaa.weather', details: { to: 'weather_v3' } });
    // What was trained on the rows that went goes with them.
    expect(whats.slice(restored?.seq)).toContain('model.archived weather/m5');
    expect(events[0]?.who).toContain('@');
    expect(events[0]?.tool).toMatch(/^deltatrain\/.* cli$/);
    expect((await call('log')).stdout).toContain('model.registered');
    expect(await json('log', '--verify')).toMatchObject({ code: 0, document: { ok: true, events: events.length } });

    writeFileSync(
      path.join(workspace, 'own.sql'),
      `UPDATE deltatrain.models SET status = 'candidate' WHERE number = 6`,
    );
    const refused = await call('sql', 'own.sql');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("DeltaTrain's own tables")]);

    const db = new DatabaseSync(path.join(workspace, '.deltatrain/store.db'));
    db.exec(
      `UPDATE "deltatrain.models" SET seed = 99 WHERE number = 1; UPDATE "deltatrain.events" SET who = 'ben' WHERE seq = 2`,
    );
    db.close();
    expect(await json('log', '--verify')).toMatchObject({
      code: 3,
      document: {
        ok: false,
        broken: { seq: 2, reason: 'changed' },
        models: [{ model: 'weather/m1', problem: 'changed' }],
      },
    });
    expect((await call('log', '--verify')).stdout).toContain('Event 2 was changed');
    expect((await call('model', 'list')).stdout).toContain('(changed by another hand)');
  });
});

test('two trainings that differ only by the seed each have their own models, and every parent that is printed can be shown', async () => {
  const folder = path.join(cli.folder, 'twins');
  mkdirSync(folder);
  const training = { connection: 'local', table: 't.good', label: 'y' };
  const config = {
    connections: { local: { kind: 'embedded', path: '.deltatrain/store.db' } },
    trainings: { good: training, good2: { ...training, seed: 2 } },
  };
  writeFileSync(path.join(folder, 'deltatrain.json'), JSON.stringify(config));
  const rows = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => `${from + i},${(from + i) % 7},${(from + i) % 7 > 3 ? 'b' : 'a'}`);
  const there = (...args: string[]): Promise<Called> => cli.call(args, folder);
  const load = async (...lines: string[]): Promise<void> => {
    writeFileSync(path.join(folder, 'good.csv'), ['id,x,y', ...lines].join('\n'));
    expect((await there('import', 'good.csv', '--table', 't.good', '--key', 'id')).code).toBe(0);
  };
  await load(...rows(0, 300));
  expect((await there('train', 'good', '--full')).stdout).toContain('good/m1  candidate');
  const twin = await there('train', 'good2', '--full');
  expect(twin.stdout).toContain('good2/m2  candidate');
  expect(twin.stdout).toContain('There is no earlier model to compare with.');
  expect(twin.stdout).toContain('starts a lineage of its own');
  expect((await there('train', 'good')).stdout).toContain('Nothing changed in t.good since good_v1');
  await load(...rows(300, 360));
  const updated = JSON.parse((await there('train', 'good', '--json')).stdout) as Record<string, unknown>;
  expect(updated).toMatchObject({ model: 'good/m3', parent: 'good/m1', baseSnapshot: 'good_v1' });
  for (const model of ['good/m3', 'good/m1']) expect((await there('model', 'show', model)).code).toBe(0);
});
