// The registry that a released version kept on a MatrixOne server, as its recorded conversations left it: read, asked for, moved forward.
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { newestVersion } from '../../src/app/registry/migrations.ts';
import { Registry } from '../../src/app/registry/registry.ts';
import type { MayMigrate, OlderRegistry } from '../../src/app/registry/registryFormat.ts';
import { MatrixoneStore } from '../../src/stores/matrixone/store.ts';
import { optionsAt } from '../stores/matrixone/liveServer.ts';
import { Deriving } from '../stores/matrixone/replay/deriving.ts';
import type { Fault } from '../stores/matrixone/replay/faults.ts';
import { load } from '../stores/matrixone/replay/recording.ts';
import { type Replay, serve } from '../stores/matrixone/replay/serve.ts';
import { fixture, type Release, released } from './support/released.ts';

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function serveRegistry(version: Release, name: string, faults: readonly Fault[] = []): Promise<Replay> {
  const recording = load(`own/${name}`, pathToFileURL(`${fixture(version, 'server')}/`));
  const replay = await serve(recording, { faults, deriving: new Deriving(recording, { goesOn: true }) });
  ended.push(() => replay.close());
  return replay;
}

async function openOn(replay: Replay): Promise<MatrixoneStore> {
  const store = await MatrixoneStore.open({ ...optionsAt(replay.url), readOnly: false });
  ended.push(() => store.close());
  return store;
}

const yes: MayMigrate = () => Promise.resolve();
const isChange = (sql: string): boolean => /\bdeltatrain\b/.test(sql) && !/^SELECT\b/.test(sql);
const statusesIn = async (registry: Registry): Promise<string[]> =>
  (await registry.summaries()).map(({ training, number, status }) => `${training}/m${number} ${status}`);

describe.each(released)('the registry of %s on a server', (version) => {
  test.each([
    ['registry', ['twin/m3 promoted', 'samples/m2 promoted', 'samples/m1 archived']],
    ['weather', ['weather/m6 rejected', ...[5, 4, 3, 2, 1].map((number) => `weather/m${number} candidate`)]],
  ])('%s: is listed as it was, whole and with its artifacts, and nothing is written for it', async (name, expected) => {
    const replay = await serveRegistry(version, name);
    const registry = new Registry(await openOn(replay));
    expect(await statusesIn(registry)).toEqual(expected);
    const models = await registry.models();
    expect(models.map(({ training, number, status }) => `${training}/m${number} ${status}`)).toEqual(expected);
    for (const model of models) {
      // The last model of "registry" was registered with a byte in the place of its artifact.
      const bytes = registry.artifact(model).then((artifact) => artifact.length);
      if (model.training === 'twin') await expect(bytes).rejects.toMatchObject({ code: 'model.damaged' });
      else expect(await bytes).toBe(model.artifactBytes);
    }
    expect(replay.seen.filter(isChange)).toEqual([]);
    expect(replay.unknown).toEqual([]);
  });

  test('is not moved forward unasked: whoever shares it needs this version from then on', async () => {
    const replay = await serveRegistry(version, 'registry');
    const store = await openOn(replay);
    const candidate = (await new Registry(store).models())[0];
    if (!candidate) throw new Error('no model');
    const refused = new Registry(store).note(candidate, 'ours');
    await expect(refused).rejects.toMatchObject({ code: 'registry.older', data: { version: 1, known: newestVersion } });
    await expect(refused).rejects.toThrow('from then on everybody who shares it needs this version');
    expect(replay.seen.filter(isChange)).toEqual([]);
    const asked: OlderRegistry[] = [];
    const registry = new Registry(store, (question) => {
      asked.push(question);
      return Promise.resolve();
    });
    expect((await registry.note(candidate, 'ours')).note).toBe('ours');
    await registry.note(candidate, 'theirs');
    expect(asked.map(({ data }) => data.version)).toEqual([1]);
    expect(replay.unknown).toEqual([]);
  });

  test('keeps what was promoted, says what is replaced, and what was measured is not worth a question', async () => {
    const replay = await serveRegistry(version, 'weather');
    const store = await openOn(replay);
    const quiet = new Registry(store);
    const evaluations = await quiet.evaluations((await quiet.summaries())[0]?.trainingId ?? '');
    await quiet.keepEvaluations(evaluations);
    expect(replay.seen.filter(isChange)).toEqual([]);
    const registry = new Registry(store, yes);
    expect(await registry.promote(await registry.model('m4'))).toMatchObject({ replaced: null });
    expect(await registry.promote(await registry.model('m5'))).toMatchObject({
      model: { status: 'promoted' },
      replaced: 4,
    });
    expect((await statusesIn(registry)).slice(0, 3)).toEqual([
      'weather/m6 rejected',
      'weather/m5 promoted',
      'weather/m4 candidate',
    ]);
    expect(replay.unknown).toEqual([]);
  });

  test('where the connection ends at any statement of the move it is the old one or the new one, and can be moved', async () => {
    const clean = await serveRegistry(version, 'registry');
    await new Registry(await openOn(clean), yes).prepare();
    const moving = clean.seen.slice(clean.seen.findIndex(isChange)).filter((sql) => !/^SELECT\b|^SET\b/.test(sql));
    expect(moving).toEqual(expect.arrayContaining(['BEGIN', 'COMMIT']));
    const expected = ['twin/m3 promoted', 'samples/m2 promoted', 'samples/m1 archived'];
    const before = (at: number, sql: string): number => moving.slice(0, at).filter((one) => one === sql).length;
    for (const [at, sql] of moving.entries()) {
      const replay = await serveRegistry(version, 'registry', [{ kind: 'cut', sql, nth: before(at, sql), packets: 0 }]);
      const failed = new Registry(await openOn(replay), yes).prepare();
      await expect(failed, sql).rejects.toMatchObject({ code: 'store.disconnected' });
      const store = await openOn(replay);
      const registry = new Registry(store, yes);
      expect(await statusesIn(registry), sql).toEqual(expected);
      // The steps whose end was sent are made, also that of which nobody heard it.
      expect(replay.seen.filter((one) => one === 'COMMIT').length, sql).toBe(before(at + 1, 'COMMIT'));
      await registry.prepare();
      expect(await statusesIn(new Registry(store)), sql).toEqual(expected);
      expect(await registry.promote(await registry.model('twin/m3'))).toMatchObject({ replaced: null });
      expect(replay.unknown, sql).toEqual([]);
    }
  }, 60_000);
});
