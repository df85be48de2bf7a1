// Which panel shows a training, and where a run of it trains: one panel a lineage, gone with its connection; the panel first, a process else.
import { expect, test } from 'vitest';
import { outsideLearnerName } from '../../../src/app/config/learners.ts';
import { Emitter } from '../../../src/base/event.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Port } from '../../../src/protocol/rpc.ts';
import type { OpenTraining } from '../../../src/extension/connections/trainings.ts';
import { Panels, type PanelWanted } from '../../../src/extension/panels/panels.ts';
import { chooseTrainingPlace, type ChoiceOptions } from '../../../src/extension/panels/chooseTrainingPlace.ts';

class FakePanel {
  readonly wanted: PanelWanted;
  readonly shown: unknown[] = [];
  readonly taken: OpenTraining[] = [];
  readonly #gone = new Emitter<void>();
  readonly onDidDispose = this.#gone.event;

  constructor(wanted: PanelWanted) {
    this.wanted = wanted;
  }

  get session() {
    return this.wanted.open.session;
  }

  isOf({ training }: OpenTraining): boolean {
    const own = this.wanted.open.training;
    return own.name === training.name && own.id === training.id;
  }

  take(open: OpenTraining): void {
    this.taken.push(open);
  }

  show(show: unknown): void {
    this.shown.push(show);
  }

  dispose(): void {
    this.#gone.fire();
  }
}

const open = (training: string, id = 'lineage', rows = 10, learner = 'auto'): OpenTraining =>
  ({
    training: { name: training, id, table: { database: 'shop', table: 'orders' }, learner: { name: learner } },
    session: { connection: { id: 'local' }, store: { countRows: () => Promise.resolve(rows) } },
  }) as unknown as OpenTraining;

function setUp() {
  const made: FakePanel[] = [];
  const changed = new Emitter<void>();
  let isCurrent = true;
  const panels = new Panels({
    connections: { onDidChange: changed.event, isCurrent: () => isCurrent },
    make: (wanted) => {
      const panel = new FakePanel(wanted);
      made.push(panel);
      return panel;
    },
  });
  const close = (): void => {
    isCurrent = false;
    changed.fire();
  };
  return { panels, made, changed, close };
}

test('a training that is shown twice has one panel, which comes to the front', () => {
  const { panels, made } = setUp();
  const first = panels.showTraining(open('risk'), null);
  expect(panels.showTraining(open('risk'), { section: 'run' })).toBe(first);
  expect(made.length).toBe(1);
  expect(made[0]?.shown).toEqual([{ section: 'run' }]);
  expect(made[0]?.taken.map(({ training }) => training.name)).toEqual(['risk']);
});

test('another training, and another lineage of the same one, is another page', () => {
  const { panels, made } = setUp();
  panels.showTraining(open('risk'), null);
  panels.showTraining(open('churn'), null);
  panels.showTraining(open('risk', 'other label'), null);
  expect(made.length).toBe(3);
});

test('a panel that was closed is made anew', () => {
  const { panels, made } = setUp();
  panels.showTraining(open('risk'), null).dispose();
  panels.showTraining(open('risk'), null);
  expect(made.length).toBe(2);
});

test('a panel goes with its connection, and stays while that is open', () => {
  const { panels, made, changed, close } = setUp();
  panels.showTraining(open('risk'), null);
  changed.fire();
  expect(panels.showTraining(open('risk'), null)).toBe(made[0]);
  close();
  panels.showTraining(open('risk'), null);
  expect(made.length).toBe(2);
});

const port: Port = { post: () => {}, onMessage: () => {}, onClose: () => {} };

function placeIn(more: Partial<ChoiceOptions>, error: unknown = null, training = open('risk')) {
  const said: string[] = [];
  const options: ChoiceOptions = {
    where: () => 'auto',
    isRemote: false,
    panelOf: () => ({
      startTrainer: () => (error === null ? Promise.resolve(port) : Promise.reject(error as Error)),
      stopTrainer: () => Promise.resolve(),
    }),
    fork: () => ({ where: 'process', trainer: {} as never, end: () => {} }),
    log: (sentence) => said.push(sentence),
    ...more,
  };
  return chooseTrainingPlace(training, options);
}

test('a run trains in its panel', async () => {
  expect(await placeIn({})).toMatchObject({ where: 'panel', reason: null });
});

test('the setting sends it to a process', async () => {
  expect(await placeIn({ where: () => 'process' })).toMatchObject({
    where: 'process',
    reason: 'The setting deltatrain.train.where says so.',
  });
});

test('many rows far away are trained beside the data, and few in the panel', async () => {
  const many = open('risk', 'lineage', 200_001);
  expect(await placeIn({ isRemote: true }, null, many)).toMatchObject({ where: 'process' });
  expect(await placeIn({ isRemote: true, where: () => 'panel' }, null, many)).toMatchObject({ where: 'panel' });
  expect(await placeIn({ isRemote: true }, null, open('risk', 'lineage', 200_000))).toMatchObject({ where: 'panel' });
  expect(await placeIn({}, null, many)).toMatchObject({ where: 'panel' });
});

test('a program of the person trains beside the data, whatever the setting says', async () => {
  const outside = open('risk', 'lineage', 10, outsideLearnerName);
  for (const where of ['auto', 'panel'] as const)
    expect(await placeIn({ where: () => where }, null, outside)).toMatchObject({
      where: 'process',
      reason: 'A program of your own trains, beside the data.',
    });
});

test('a panel that does not start is told, and a process trains instead', async () => {
  const gone = new Failure('process.ended', { process: 'panel', reason: 'it did not start' });
  expect(await placeIn({}, gone)).toMatchObject({
    where: 'process',
    reason: 'The panel did not start, so it trains in a process.',
  });
  await expect(placeIn({ where: () => 'panel' }, gone)).rejects.toBe(gone);
  await expect(placeIn({}, new TypeError('a bug'))).rejects.toThrow('a bug');
});
