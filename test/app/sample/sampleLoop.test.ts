// The loop on the sample with the real engine and the real trainer, and what the product promises of it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/app/training/clock.ts';
import { compareModels } from '../../../src/app/models/compareModels.ts';
import { readConfig } from '../../../src/app/config/config.ts';
import { type DemoAccount, type DemoEvent, runDemo } from '../../../src/app/sample/demo.ts';
import { weatherStory } from '../../../src/app/sample/story.ts';
import { evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { sampleTraining, sampleVersions } from '../../../src/app/sample/sample.ts';
import type { Workbench } from '../../../src/app/training/workbench.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { createTrainer } from '../../../src/train/trainer.ts';

const media = (name: string): string => readFileSync(new URL(`../../../media/sample/${name}`, import.meta.url), 'utf8');
const config = readConfig(media('deltatrain.json'), 'deltatrain.json');
const forever = new AbortController().signal;

describe('the loop on the sample', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-loop-'));
  const events: DemoEvent[] = [];
  let store: EmbeddedStore;
  let account: DemoAccount;
  let workbench: Workbench;
  const resolve = () => resolveTraining(config, sampleTraining, store);

  beforeAll(async () => {
    store = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
    const registry = new Registry(store);
    workbench = { store, registry, trainer: createTrainer(), clock: systemClock, owner: 'test', toolVersion: '0.0.0' };
    account = await runDemo(workbench, weatherStory(media('weather.csv')), resolve, forever, (event) =>
      events.push(event),
    );
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every version has a model of its own, the first one fully trained, the others on the delta, none of them worse', () => {
    expect(account.steps.map(({ version, rows }) => [version, rows])).toEqual(
      sampleVersions.map(({ name, rows }) => [name, rows]),
    );
    expect(account.steps.map(({ kind }) => kind)).toEqual(['full', 'delta', 'delta', 'delta', 'delta']);
    expect(account.steps.map(({ status }) => status)).toEqual(sampleVersions.map(() => 'candidate'));
    expect(account.steps.map(({ delta }) => delta?.inserted ?? null)).toEqual([null, 365, 731, 730, 730]);
    for (const step of account.steps.slice(1)) {
      expect(step.guard.verdict).not.toBe('worse');
      expect(step.trained.replayed).toBe(0);
      expect(step.trained.delta).toBeLessThan(0.6 * step.trained.train);
      expect(step.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
    }
    expect(account.steps.at(-1)?.accuracy).toBeGreaterThan(account.steps[0]?.accuracy ?? 1);
    expect(account.steps[0]).toMatchObject({ learner: 'forest', exact: null });
    expect(account.steps[0]?.notes.join(' ')).toContain('The learner is "forest": there are too few validation rows');
  });

  test('what really arrived is asked about once at most, and approved; the look says which it is', () => {
    expect(account.steps.map(({ approved }) => approved)).toEqual([false, false, false, true, false]);
    expect(account.steps[3]?.sentence).toContain('drizzle is missing among 730 new rows');
    expect(account.steps.map(({ guard }) => guard.look?.number ?? null)).toEqual([null, 1, 2, 3, 4]);
  });

  test('the bad import is held: its labels are not what the parent knew, and the model is not accused', () => {
    const { changed, step } = account.badImport;
    expect(changed).toBe(329);
    expect(step.delta).toEqual({ inserted: 0, updated: 329, deleted: 0 });
    expect(step.status).toBe('held');
    expect(step.relabelled).toBeGreaterThan(0);
    const kinds = step.data?.reasons.map(({ kind }) => kind) ?? [];
    expect(kinds).toEqual(expect.arrayContaining(['labels', 'labelPair']));
    expect(step.sentence).toMatch(/(sun became rain|The label changed) in \d+ rows, all /);
    // Whatever is said of the model, a child of these rows is no better for what it learnt of them.
    expect(step.sentence).toMatch(/ Nobody goes by that, as its data are suspect\.$/);
    expect(step.data?.groups[0]).toMatchObject({ change: 'labels' });
    expect(step.data?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('the restore took it back, verified, and nothing is left of it', async () => {
    expect(account.restore).toMatchObject({ to: 'weather_v5', rowsChanged: 329, verified: true });
    const table = { database: 'noaa', table: 'weather' };
    const left = await store.countDelta({ table, from: atSnapshot('weather_v5'), to: live });
    expect(left).toEqual({ inserted: 0, updated: 0, deleted: 0 });
  });

  test('models are made again to the bit: from the stored parent, from the root, and a full fit', async () => {
    expect(account.reproduced).toMatchObject({ model: 'weather/m2', identical: true, steps: 1 });
    const again = (ref: string, fromRoot: boolean) => reproduceModel(ref, { fromRoot }, workbench, forever, () => {});
    expect(await again('weather/m4', true)).toMatchObject({ identical: true, steps: 4 });
    expect(await again('m1', false)).toMatchObject({ model: 'weather/m1', identical: true, steps: 1 });
    expect(await again('m6', false)).toMatchObject({ identical: true });
    const inFull = await reproduceModel('m5', { fromRoot: false, inFull: true }, workbench, forever, () => {});
    expect(inFull).toMatchObject({ identical: true, inFull: true });
  });

  test('the matrix has every cell, its diagonal is what the runs measured, and it is measured once', async () => {
    const training = await resolve();
    const matrix = await evaluateMatrix({ training }, workbench, forever);
    // The model of the bad import is archived with the data that were taken back.
    expect((await workbench.registry.model('weather/m6')).status).toBe('archived');
    expect(matrix.models).toEqual([1, 2, 3, 4, 5].map((number) => `weather/m${number}`));
    expect(matrix.versions).toEqual([1, 2, 3, 4, 5].map((number) => `weather_v${number}`));
    expect(matrix.accuracy.flat().every((cell) => cell !== null && cell > 0)).toBe(true);
    const diagonal = matrix.accuracy.map((row, i) => row[i]);
    expect(diagonal).toEqual(account.steps.map(({ accuracy }) => accuracy));
    const refuse = {
      ...workbench,
      trainer: { ...workbench.trainer, evaluate: () => Promise.reject(new Error('again')) },
    };
    expect(await evaluateMatrix({ training }, refuse, forever)).toEqual(matrix);
    const last = await evaluateMatrix({ training, last: 2 }, refuse, forever);
    expect(last.models).toEqual(['weather/m4', 'weather/m5']);
  });

  test('two models are compared by what changed between their snapshots', async () => {
    const { registry } = workbench;
    const [m5, m6] = [await registry.model('weather/m5'), await registry.model('m6')];
    const comparison = await compareModels(m6, m5, await resolve(), store);
    expect(comparison.older.number).toBe(5);
    expect(comparison.delta).toEqual({ inserted: 0, updated: 329, deleted: 0 });
    expect(comparison.slices[0]).toMatchObject({ column: 'location', value: 'New York' });
    const rows: number[] = [];
    for await (const page of store.readDelta({ ...comparison.request, limit: 10 })) rows.push(page.rows);
    expect(rows).toEqual([10]);
  });

  test('each step is told as it happens', () => {
    expect(events.map(({ kind }) => kind)).toEqual([
      ...sampleVersions.map(() => 'step'),
      'badImport',
      'judged',
      'restored',
      'reproduced',
    ]);
  });
});
