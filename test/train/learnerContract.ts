/**
 * What every learner must hold, as clauses: each throws where the learner does not. They are run over the learner table, and
 * over planted broken learners, so that no clause can be kept by everything.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { at } from '../../src/base/assert.ts';
import { Failure } from '../../src/base/failure.ts';
import type { Answers, Learner, LearnerHooks, Learnt } from '../../src/data/learner.ts';
import type { LearnerOptions } from '../../src/data/training.ts';
import { pickCells } from '../../src/data/page.ts';
import type { TrainRows } from '../../src/data/trainer.ts';
import type { RowStream, TrainPage } from '../../src/data/trainPage.ts';
import { TextNumbers } from '../../src/train/classes.ts';
import { labelKind, streamCoded } from '../../src/train/reading.ts';
import { readArtifact, weightsSha256, writeArtifact } from '../../src/train/artifact.ts';
import { storedPlan } from '../../src/data/stored/storedPlan.ts';
import { bestClass } from '../../src/train/kernel/bestClass.ts';
import { qualityOf } from '../../src/words/measures.ts';
import { requireOptions } from '../../src/train/models/options.ts';
import { answer, readTestRows } from '../../src/train/testing.ts';
import { type Stage, stageOf } from './support/stage.ts';

/** One promise of the port. */
export interface Clause {
  readonly name: string;
  /** Rejects where the learner breaks it. */
  holds(learner: Learner): Promise<void>;
}

const seed = 'contract';

const quiet = (signal = new AbortController().signal): LearnerHooks => ({ signal, epoch: () => {} });

/** The learner's options, changed to be quick where that is an option. */
const optionsOf = ({ options: { defaults } }: Learner): LearnerOptions => ({
  ...defaults,
  ...('hidden' in defaults && { hidden: [16] }),
});

async function fit(
  learner: Learner,
  stage: Stage,
  hooks = quiet(),
  rows: RowStream = stage.train,
  frozen: unknown = null,
): Promise<Learnt<unknown>> {
  const { validation, classes: classNames } = stage;
  const job = { options: optionsOf(learner), seed, classes: classNames.length, classNames, validation, frozen };
  if (learner.fit) return learner.fit({ ...job, train: rows }, hooks);
  if (!learner.absorb) throw new Error('it can neither fit nor absorb, so it cannot begin');
  return learner.absorb({ ...job, parent: null, before: stage.nothing, after: rows }, hooks);
}

/** The child of `parent`, which was fitted before the changes of the stage. */
async function update(learner: Learner, stage: Stage, parent: unknown, hooks = quiet()): Promise<Learnt<unknown>> {
  const { validation, delta, before, replay, train, counts, newClasses, classes: classNames } = stage;
  const options = optionsOf(learner);
  const job = { options, seed: `${seed} 2`, classes: classNames.length, classNames, validation };
  const grown = await learner.grow(parent, newClasses);
  if (learner.absorb) return learner.absorb({ ...job, parent: grown, before, after: delta, frozen: null }, hooks);
  if (!learner.refine) throw new Error('it can neither absorb nor refine, so it cannot be updated');
  const back = learner.looksBack && { before, removed: stage.nothing };
  const refined = { ...job, ...back, parent: grown, delta, replay, train, counts, newClasses, maxDrop: 0.005 };
  return learner.refine(refined, hooks);
}

const shaOf = (learner: Learner, model: unknown): string => weightsSha256(learner.state.write(model));

async function qualityAt(learner: Learner, stage: Stage, model: unknown): Promise<number> {
  const rows = await readTestRows(stage.reading, [stage.coder], []);
  const { coder, classes } = stage;
  const measured = await answer({ learner, model, coder, classes, temperature: 1 }, rows, stage.reading.signal);
  return qualityOf(measured.metrics);
}

const predict = (learner: Learner, stage: Stage, model: unknown): Promise<Answers> =>
  learner.predict(model, stage.validation, stage.reading.signal);

/** The train rows of a stage in pages of so many rows. */
async function pagesOf(stage: Stage, size: number): Promise<TrainPage[]> {
  const { reading, coder, classes } = stage;
  const ofClasses = labelKind(reading.plan) === 'class';
  const rule = { classes: ofClasses ? new TextNumbers(classes) : null, unknown: 'skip' as const };
  const pages: TrainPage[] = [];
  const cut = { ...reading, rows: repaged(reading.rows, size) };
  for await (const page of streamCoded(cut, 'train', coder, rule).read()) pages.push(page);
  return pages;
}

const repaged = (rows: TrainRows, size: number): TrainRows => ({
  ...rows,
  async *read(set, signal) {
    for await (const page of rows.read(set, signal))
      for (let from = 0; from < page.rows; from += size) {
        const chosen = Array.from({ length: Math.min(size, page.rows - from) }, (_, i) => from + i);
        yield {
          rows: chosen.length,
          columns: page.columns,
          cells: page.cells.map((cells) => pickCells(cells, chosen)),
        };
      }
  },
});

const streamOf = ({ coder }: Stage, pages: readonly TrainPage[]): RowStream => ({
  form: coder.form,
  layout: coder.layout,
  rows: pages.reduce((sum, { rows }) => sum + rows, 0),
  async *read() {
    yield* pages;
  },
});

/** The same rows, cut into other pages; `onPage` is called before each. */
const cut = (stream: RowStream, onPage: () => void = () => {}): RowStream => ({
  ...stream,
  form: stream.form,
  layout: stream.layout,
  rows: stream.rows,
  async *read(signal) {
    for await (const page of stream.read(signal)) {
      onPage();
      yield page;
    }
  },
});

async function savedAndLoaded(
  learner: Learner,
  stage: Stage,
  model: unknown,
): Promise<{ model: unknown; sha256: string }> {
  const facts = {
    ...{ learner: 'it', classes: stage.classes, encoder: stage.coder.state, temperature: 1, parentSha256: null },
    ...{
      plan: storedPlan(stage.reading.plan),
      kernelSha256: '',
      rows: { delta: 0, replayed: 0, train: 0, unlabelled: 0 },
    },
  };
  const { bytes, sha256 } = writeArtifact(facts, learner.state.write(model));
  return { model: learner.state.read(readArtifact(bytes, 'it').state), sha256 };
}

async function isCancelled(work: (signal: AbortSignal, abort: () => void) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const ended = work(controller.signal, () => controller.abort()).then(
    () => null,
    (error: unknown) => error,
  );
  expect(await ended, 'what it ends in').toSatisfy((error) => Failure.is(error, 'cancelled'));
}

/** The first class of the greatest score, row by row; of a regression the values. */
const decided = (answers: Answers): number[] =>
  answers.kind === 'values'
    ? [...answers.values]
    : Array.from({ length: answers.values.length / answers.classes }, (_, i) =>
        bestClass(answers.values, i, answers.classes),
      );

/** The greatest probability of a class from `from` on, over all rows. */
function mostOf(answers: Answers, from: number): number {
  if (answers.kind === 'values') return 0;
  const { classes, values } = answers;
  let most = 0;
  for (let row = 0; row < values.length / classes; row++) {
    const scores = [...values.subarray(row * classes, (row + 1) * classes)];
    const top = Math.max(...scores);
    const parts = scores.map((score) => Math.exp(score - top));
    const total = parts.reduce((sum, part) => sum + part, 0);
    most = Math.max(most, ...parts.slice(from).map((part) => part / total));
  }
  return most;
}

/** The promises, in the order of the port. */
export const clauses: readonly Clause[] = [
  {
    name: 'its options are its own, and their defaults fit its schema',
    async holds({ options }) {
      requireOptions('it', options, options.defaults);
      expect(() => requireOptions('it', options, { ...options.defaults, no: 1 })).toThrow('has no option "no"');
    },
  },
  {
    name: 'learns what it is shown',
    async holds(learner) {
      const stage = await stageOf(learner);
      const { model } = await fit(learner, stage);
      expect(await qualityAt(learner, stage, model)).toBeGreaterThan(stage.guess + 0.15);
    },
  },
  {
    name: 'gives the same bits for the same seed, however the rows were cut',
    async holds(learner) {
      const stages = [await stageOf(learner, { pageRows: 97 }), await stageOf(learner, { pageRows: 1_000 })];
      const found = [];
      for (const stage of [...stages, at(stages, 0)]) found.push(shaOf(learner, (await fit(learner, stage)).model));
      expect(new Set(found).size, `different models of one seed: ${found.join(' ')}`).toBe(1);
    },
  },
  {
    name: 'is saved and loaded without loss',
    async holds(learner) {
      const stage = await stageOf(learner);
      const { model } = await fit(learner, stage);
      const loaded = await savedAndLoaded(learner, stage, model);
      expect(await predict(learner, stage, loaded.model)).toEqual(await predict(learner, stage, model));
      expect((await savedAndLoaded(learner, stage, loaded.model)).sha256).toBe(loaded.sha256);
    },
  },
  {
    name: 'says whether its state has the rows that it was trained on',
    async holds(learner) {
      const stage = await stageOf(learner);
      const { model } = await fit(learner, stage);
      const { arrays } = learner.state.write(model);
      // An array as long as there are rows has a place for each of them.
      const longest = Math.max(...arrays.map(({ shape: [length = 0] }) => length));
      expect(longest >= (stage.train.rows ?? 0) / 4, 'an array as long as the rows').toBe(learner.keepsRows ?? false);
    },
  },
  {
    name: 'grows by a class without changing a prediction',
    async holds(learner) {
      const stage = await stageOf(learner);
      const { model } = await fit(learner, stage);
      const before = await predict(learner, stage, model);
      const after = await predict(learner, stage, await learner.grow(model, stage.classes.length === 0 ? 0 : 2));
      expect(decided(after)).toEqual(decided(before));
      expect(mostOf(after, stage.classes.length), 'the probability of a class that no row was seen of').toBeLessThan(
        0.01,
      );
    },
  },
  {
    name: 'an update holds against a full fit',
    async holds(learner) {
      const first = await stageOf(learner);
      const parent = await fit(learner, first);
      const stage = await stageOf(learner, { after: first });
      const child = await update(learner, stage, parent.model);
      const full = await fit(learner, stage, quiet(), stage.train, parent.model);
      if (learner.absorb)
        expect(shaOf(learner, child.model), 'the bits of the full fit').toBe(shaOf(learner, full.model));
      const least = (await qualityAt(learner, stage, full.model)) - 0.03;
      expect(await qualityAt(learner, stage, child.model)).toBeGreaterThan(least);
    },
  },
  {
    name: 'without some rows is what it would be had they never come',
    async holds(learner) {
      if (!learner.absorb) return;
      const stage = await stageOf(learner);
      const all = await fit(learner, stage);
      const pages = await pagesOf(stage, 97);
      const rest = streamOf(stage, pages.slice(2));
      const never = await fit(learner, stage, quiet(), rest, all.model);
      const { validation, nothing } = stage;
      const job = { options: optionsOf(learner), seed: `${seed} 2`, classes: stage.classes.length, validation };
      const before = streamOf(stage, pages.slice(0, 2));
      const without = await learner.absorb(
        { ...job, parent: all.model, before, after: nothing, frozen: null },
        quiet(),
      );
      expect(shaOf(learner, without.model), 'the bits of a fit that never saw them').toBe(shaOf(learner, never.model));
    },
  },
  {
    name: 'leaves its parent as it was',
    async holds(learner) {
      const first = await stageOf(learner);
      const { model } = await fit(learner, first);
      const before = shaOf(learner, model);
      await update(learner, await stageOf(learner, { after: first, changes: 'known' }), model);
      await learner.grow(model, first.classes.length === 0 ? 0 : 1);
      expect(shaOf(learner, model), 'the parent after its update').toBe(before);
    },
  },
  {
    name: 'leaves no tensor behind, however it ends',
    async holds(learner) {
      const first = await stageOf(learner);
      await fit(learner, first);
      const tensors = tf.memory().numTensors;
      const { model } = await fit(learner, first);
      await update(learner, await stageOf(learner, { after: first }), model);
      await predict(learner, first, model);
      const controller = new AbortController();
      controller.abort();
      await fit(learner, first, quiet(controller.signal)).catch(() => {});
      expect(tf.memory().numTensors, 'tensors that are left').toBe(tensors);
    },
  },
  {
    name: 'is cancelled, before it begins and while it reads',
    async holds(learner) {
      const stage = await stageOf(learner);
      await isCancelled((signal, abort) => {
        abort();
        return fit(learner, stage, quiet(signal));
      });
      await isCancelled((signal, abort) => fit(learner, stage, quiet(signal), cut(stage.train, abort)));
    },
  },
];
