// The registry of a released version: read as it is, moved forward by the first write, and whole wherever that is stopped.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newestVersion } from '../../src/app/registry/migrations.ts';
import { queryRows } from '../../src/app/registry/queryRows.ts';
import { Registry } from '../../src/app/registry/registry.ts';
import type { Model } from '../../src/data/model.ts';
import type { Store } from '../../src/data/store.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { storeWith } from '../app/support/storeWith.ts';
import { Killed, killedAt } from './support/brokenStore.ts';
import { openWorkspace, released, type Workspace } from './support/released.ts';

let workspace: Workspace;
let store: EmbeddedStore;
const open = (readOnly = false): EmbeddedStore =>
  EmbeddedStore.open({ path: workspace.store, readOnly, create: false });

const versionIn = async (of: Store): Promise<unknown> =>
  (await queryRows(of, "SELECT content FROM deltatrain.meta WHERE name = 'schemaVersion'"))[0]?.[0];
const promotedIn = (of: Store): Promise<unknown[][]> =>
  queryRows(of, 'SELECT training_name, number FROM deltatrain.promoted ORDER BY training_name');
/** Each model with its status, as a new program reads them. */
const statuses = async (of: Store): Promise<string[]> =>
  (await new Registry(of).models()).map(({ training, number, status }) => `${training}/m${number} ${status}`);

describe.each(released)('the registry of %s', (version) => {
  beforeEach(() => {
    workspace = openWorkspace(version);
    store = open();
  });
  afterEach(async () => {
    await store.close();
    workspace.remove();
  });

  const asReleased = [
    ...['twin/m7 candidate', 'returns/m6 candidate', 'returns/m5 rejected', 'twin/m4 promoted', 'returns/m3 promoted'],
    ...['returns/m2 archived', 'plain/m2 candidate', 'stock/m2 candidate'],
    ...['returns/m1 candidate', 'plain/m1 candidate', 'stock/m1 candidate'],
  ];

  test('is read without a change, also where nothing may be written', async () => {
    expect((await statuses(store)).sort()).toEqual([...asReleased].sort());
    expect(await new Registry(store).evaluations('4fc0d1779105f590')).not.toEqual([]);
    expect(await versionIn(store)).toBe('1');
    await expect(promotedIn(store)).rejects.toThrow('There is no table "deltatrain.promoted"');
    await store.close();
    store = open(true);
    expect((await statuses(store)).sort()).toEqual([...asReleased].sort());
  });

  test('every artifact is the one that was registered', async () => {
    const registry = new Registry(store);
    for (const model of await registry.models())
      expect((await registry.artifact(model)).length, `${model.training}/m${model.number}`).toBe(model.artifactBytes);
  });

  test('is moved forward by the first write, which keeps what was promoted', async () => {
    const registry = new Registry(store);
    const before = await registry.models();
    expect(await registry.promote(await registry.model('returns/m6'))).toMatchObject({
      model: { number: 6, status: 'promoted' },
      replaced: 3,
    });
    expect(await versionIn(store)).toBe(String(newestVersion));
    expect(await promotedIn(store)).toEqual([
      ['returns', 6],
      ['twin', 4],
    ]);
    const changed = (model: Model): Model => {
      if (model.training !== 'returns' || ![3, 6].includes(model.number)) return model;
      return { ...model, status: model.number === 6 ? 'promoted' : 'candidate' };
    };
    expect(await registry.models()).toEqual(before.map(changed));
  });

  test('stopped before any statement of that, it is the old one or the new one, and is moved the next time', async () => {
    const whole = killedAt(store);
    await new Registry(whole.store).prepare();
    const changing = whole.statements.filter((sql) => !sql.startsWith('SELECT'));
    expect(changing.length).toBeGreaterThan(3);
    for (const [at, sql] of changing.entries()) {
      await store.close();
      workspace.remove();
      workspace = openWorkspace(version);
      store = open();
      await expect(new Registry(killedAt(store, at).store).prepare(), sql).rejects.toBeInstanceOf(Killed);
      await store.close();
      store = open();
      // The step that was stopped is not made; those before it are.
      expect(Number(await versionIn(store)), sql).toBeLessThan(newestVersion);
      expect((await statuses(store)).sort(), sql).toEqual([...asReleased].sort());
      await new Registry(store).prepare();
      expect(await versionIn(store), sql).toBe(String(newestVersion));
      expect((await statuses(store)).sort(), sql).toEqual([...asReleased].sort());
      expect(await promotedIn(store), sql).toEqual([
        ['returns', 3],
        ['twin', 4],
      ]);
    }
  }, 180_000);

  test('what another program promotes while a step is made is not lost to a half-made one', async () => {
    const stopped = killedAt(store, 1);
    await expect(new Registry(stopped.store).prepare()).rejects.toBeInstanceOf(Killed);
    // As 0.1 promotes.
    await store.write([
      {
        sql: "UPDATE deltatrain.models SET status = 'candidate' WHERE training_name = 'returns' AND status = 'promoted'",
        values: [],
      },
      {
        sql: "UPDATE deltatrain.models SET status = 'promoted' WHERE training_name = 'returns' AND number = 6",
        values: [],
      },
    ]);
    await new Registry(store).prepare();
    expect(await promotedIn(store)).toContainEqual(['returns', 6]);
  });

  test('a hand that writes "promoted" into a row promotes nothing, a rejected model least of all', async () => {
    const registry = new Registry(store);
    await registry.prepare();
    await store.write([
      { sql: "UPDATE deltatrain.models SET status = 'promoted' WHERE training_name = 'returns'", values: [] },
    ]);
    expect(
      (await registry.heads({ id: '4fc0d1779105f590', name: 'returns' })).map(({ number, status }) => [number, status]),
    ).toEqual([
      [6, 'candidate'],
      [5, 'rejected'],
      [3, 'promoted'],
      [2, 'candidate'],
      [1, 'candidate'],
    ]);
    await expect(registry.promote(await registry.model('returns/m5'))).rejects.toThrow(
      'the quality gate said that it is worse',
    );
  });

  test('only one model of a training can be promoted: the table holds to it, and who comes second is told', async () => {
    const [mine, theirs] = [new Registry(store), new Registry(store)];
    await mine.prepare();
    const row =
      'INSERT INTO deltatrain.promoted SELECT training, training_name, 6 FROM deltatrain.promoted WHERE number = 3';
    await expect(store.write([{ sql: row, values: [] }])).rejects.toMatchObject({ code: 'row.conflict' });
    let isFirst = true;
    const slow = new Registry(
      storeWith(store, {
        async write(writes) {
          if (isFirst) {
            isFirst = false;
            await theirs.promote(await theirs.model('returns/m1'));
          }
          return store.write(writes);
        },
      }),
    );
    await expect(slow.promote(await slow.model('returns/m6'))).rejects.toThrow(
      'another program changed what is promoted',
    );
    expect(await promotedIn(store)).toContainEqual(['returns', 1]);
    expect((await mine.model('returns/m6')).status).toBe('candidate');
  });

  test('of a newer version it is refused, for reading and for writing, in a sentence that says what to do', async () => {
    await store.write([{ sql: `UPDATE deltatrain.meta SET content = '${newestVersion + 1}'`, values: [] }]);
    const registry = new Registry(store);
    for (const work of [registry.models(), registry.prepare()])
      await expect(work).rejects.toThrow(
        /^The registry in .* was written by a newer DeltaTrain .* Update DeltaTrain to open it\.$/,
      );
  });

  test('a program that has it open does not write to it once a newer one has moved it', async () => {
    const registry = new Registry(store);
    await registry.prepare();
    const model = await registry.model('returns/m6');
    await store.write([{ sql: `UPDATE deltatrain.meta SET content = '${newestVersion + 1}'`, values: [] }]);
    await expect(registry.promote(model)).rejects.toMatchObject({ code: 'store.newer' });
    await expect(registry.archive(model)).rejects.toMatchObject({ code: 'store.newer' });
    await expect(registry.note(model, 'x')).rejects.toMatchObject({ code: 'store.newer' });
  });
});
