// Who owns a run: one at a time of a training, watched while it lasts, ended with the window, and had again when it was lost.
import { expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { OpenTraining } from '../../../src/extension/connections/trainings.ts';
import { Runs } from '../../../src/extension/runs/runs.ts';
import type { Trainer } from '../../../src/data/trainer.ts';
import { type Bench, openBench } from '../../app/support/bench.ts';
import { MapMemory } from '../support/mapMemory.ts';

const lost = new Failure('run.interrupted', { training: 'samples', snapshot: null });

/** A window over a bench: its runs, and what was told and given back. */
function windowOf(bench: Bench, memory = new MapMemory()) {
  const told: string[] = [];
  const held: string[] = [];
  let places = 0;
  let holdPlace: Promise<void> = Promise.resolve();
  let trainer: Trainer = bench.trainer;
  const runs = new Runs({
    connections: {
      noticeChange: (id) => told.push(`changed: ${id}`),
      hold: (id) => {
        held.push(`held: ${id}`);
        return { dispose: () => held.push(`let go: ${id}`) };
      },
    },
    memory,
    owner: 'ann@desktop, VS Code',
    toolVersion: '0.0.0',
    rules: () => Promise.resolve({ config: null }),
    place: async () => {
      await holdPlace;
      places += 1;
      return { where: 'panel', reason: null, trainer, end: () => (places -= 1) };
    },
  });
  const open = async (connection = 'local'): Promise<OpenTraining> =>
    ({
      training: await bench.training(),
      session: { connection: { id: connection }, store: bench.store },
      registry: { connection: { id: connection }, registry: bench.registry },
    }) as unknown as OpenTraining;
  return {
    runs,
    open,
    told,
    held,
    memory,
    placesHeld: () => places,
    /** Places that are asked for from now on are given when the answer is called. */
    hold: (): (() => void) => {
      let give = (): void => {};
      holdPlace = new Promise((resolve) => (give = resolve));
      return give;
    },
    /** The trainer goes away under the next run. */
    loseTrainer(): void {
      trainer = Object.assign(Object.create(bench.trainer) as Trainer, { run: () => Promise.reject(lost) });
    },
  };
}

const key = { connection: 'local', training: 'samples' };

test('a run is watched to its model, and its place is given back', async () => {
  const bench = await openBench();
  const { runs, open, told, held, placesHeld } = windowOf(bench);
  const phases: string[] = [];
  const events: string[] = [];
  runs.onDidChange(({ view }) => phases.push(view.phase));
  runs.onDidTell(({ key: of, event }) => events.push(`${of.training} ${event.kind}`));
  const { done } = await runs.start(await open(), 'full');
  expect(runs.underWay().map((one) => one.key)).toEqual([key]);
  const { model } = await done;
  expect(model).toMatchObject({ number: 1, madeBy: 'ann@desktop, VS Code' });
  expect(runs.last(key)).toMatchObject({ phase: 'finished', model: 1, where: 'panel' });
  expect(phases).toEqual(expect.arrayContaining(['pin', 'read', 'train', 'register', 'finished']));
  expect(events).toEqual(expect.arrayContaining(['samples reading', 'samples epoch']));
  expect(runs.underWay()).toEqual([]);
  expect(runs.interrupted()).toEqual([]);
  expect(placesHeld()).toBe(0);
  expect(told.at(-1)).toBe('changed: local');
  // Its connection and its registry's, as they are, as long as it lasts.
  expect(held).toEqual(['held: local', 'held: local', 'let go: local', 'let go: local']);
});

test('a second run of a training is refused while the first is under way', async () => {
  const bench = await openBench();
  const { runs, open } = windowOf(bench);
  const { done } = await runs.start(await open(), 'full');
  await expect(runs.start(await open(), 'full')).rejects.toMatchObject({
    code: 'run.leased',
    data: { training: 'samples', owner: 'this window' },
  });
  await done;
  await (await runs.start(await open(), 'full')).done;
  // Nothing changed since, so it is the same model again.
  expect(runs.last(key)).toMatchObject({ phase: 'finished', model: 1 });
});

test('two clicks before the panel is there start one run', async () => {
  const bench = await openBench();
  const { runs, open, hold } = windowOf(bench);
  const give = hold();
  const first = runs.start(await open(), 'full');
  await expect(runs.start(await open(), 'full')).rejects.toMatchObject({ code: 'run.leased' });
  give();
  await (await first).done;
  expect((await bench.registry.models()).map(({ number }) => number)).toEqual([1]);
});

test('a panel that does not open leaves the training free', async () => {
  const bench = await openBench();
  const { runs, open } = windowOf(bench);
  const refusing = new Runs({
    connections: { noticeChange: () => {}, hold: () => ({ dispose: () => {} }) },
    memory: new MapMemory(),
    owner: 'ann',
    toolVersion: '0.0.0',
    rules: () => Promise.resolve({ config: null }),
    place: () => Promise.reject(new Failure('process.ended', { process: 'panel', reason: 'closed' })),
  });
  await expect(refusing.start(await open(), 'full')).rejects.toMatchObject({ code: 'process.ended' });
  await expect(refusing.start(await open(), 'full')).rejects.toMatchObject({ code: 'process.ended' });
  await (await runs.start(await open(), 'full')).done;
});

test('a cancelled run leaves nothing behind', async () => {
  const bench = await openBench();
  const { runs, open, placesHeld } = windowOf(bench);
  bench.trainer.at = (moment) => {
    if (moment === 'epoch') runs.cancel(key);
  };
  const { done } = await runs.start(await open(), 'full');
  await expect(done).rejects.toMatchObject({ code: 'cancelled' });
  expect(runs.last(key)).toMatchObject({ phase: 'cancelled' });
  expect(runs.interrupted()).toEqual([]);
  expect(await bench.snapshotNames()).toEqual([]);
  expect(placesHeld()).toBe(0);
});

test('the end of the window cancels what is under way, and waits for it', async () => {
  const bench = await openBench();
  const { runs, open, placesHeld } = windowOf(bench);
  await runs.start(await open(), 'full');
  await runs.end();
  expect(runs.last(key)).toMatchObject({ phase: 'cancelled' });
  expect(placesHeld()).toBe(0);
});

/** A run whose trainer was lost, as a later window finds it. */
async function interrupted() {
  const bench = await openBench();
  const before = windowOf(bench);
  before.loseTrainer();
  const { done } = await before.runs.start(await before.open(), 'full');
  await expect(done).rejects.toMatchObject({ code: 'run.interrupted' });
  return { bench, before, after: windowOf(bench, before.memory) };
}

test('a run that lost its trainer is shown as interrupted, also in the next window', async () => {
  const { bench, before, after } = await interrupted();
  const [snapshot] = await bench.snapshotNames();
  expect(before.runs.last(key)).toMatchObject({ phase: 'interrupted', snapshot });
  expect(after.runs.last(key)).toMatchObject({ phase: 'interrupted', kind: 'full', snapshot });
  expect(after.runs.interrupted()).toMatchObject([key]);
  expect(after.runs.last({ ...key, training: 'other' })).toBeNull();
});

test('an interrupted run is had again on the snapshot that it kept', async () => {
  const { bench, after } = await interrupted();
  const [snapshot] = await bench.snapshotNames();
  const { done } = await after.runs.again(await after.open());
  expect((await done).model).toMatchObject({ number: 1, kind: 'full', snapshot: { name: snapshot } });
  expect(after.runs.interrupted()).toEqual([]);
});

test('a new run in place of an interrupted one gives its snapshot up', async () => {
  const { bench, after } = await interrupted();
  const [kept] = await bench.store.snapshots();
  await (await after.runs.start(await after.open(), 'full')).done;
  const [now, ...more] = await bench.store.snapshots();
  expect(more).toEqual([]);
  expect(now?.createdAt).not.toBe(kept?.createdAt);
  expect(after.runs.interrupted()).toEqual([]);
});

test('a discarded run takes its snapshot with it', async () => {
  const { bench, after } = await interrupted();
  const views: string[] = [];
  after.runs.onDidChange(({ view }) => views.push(`${view.phase}: ${view.sentence}`));
  await after.runs.discard(await after.open());
  expect(await bench.snapshotNames()).toEqual([]);
  expect(views).toEqual(['cancelled: Discarded.']);
  expect(after.runs.last(key)).toBeNull();
});

test('a snapshot that may be somebody else’s is left alone, and named', async () => {
  const { bench } = await interrupted();
  const [snapshot] = await bench.snapshotNames();
  const memory = new MapMemory();
  // As versions before the time of the snapshot was kept wrote it.
  await memory.update('interrupted runs', [{ ...key, kind: 'full', snapshot }]);
  const { runs, open } = windowOf(bench, memory);
  const sentence = vi.fn<(text: string | null) => void>();
  runs.onDidChange(({ view }) => sentence(view.sentence));
  await runs.discard(await open());
  expect(await bench.snapshotNames()).toEqual([snapshot]);
  expect(sentence).toHaveBeenCalledWith(expect.stringContaining(`"${snapshot}"`));
});
