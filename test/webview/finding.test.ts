// What the panel says of a model: the same meaning as everywhere else, in few words.
import { expect, test } from 'vitest';
import type { GuardResult } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { judge } from '../../src/train/measure/guard.ts';
import { oldGuard } from '../words/oldGuard.ts';
import { pairedTest } from '../../src/judge/statistics/paired.ts';
import { guardSentence } from '../../src/words/findingText.ts';
import { tellingTests } from '../../src/words/finding.ts';
import { findingOfModel } from '../../webview/page/finding.ts';
import { heldModel } from '../ui/panel/judgedData.ts';
import { models, worse, worseModel } from '../ui/panel/panelData.ts';

test('the finding: a sentence for every verdict, and a warning when just one test says worse', () => {
  const sentences = worse.models.map((model) => findingOfModel(model, worse.models));
  expect(sentences.map((one) => one.verdict)).toEqual(['none', 'unclear', 'better', 'better', 'worse']);
  expect(sentences[0]?.sentence).toBe('m1 gets .804 right on 73 test rows. There is no parent to compare it with.');
  expect(sentences[1]?.sentence).toMatch(
    /^146 test rows can't tell m2 from m1: they show differences of [\d.]+ points or more\.$/,
  );
  expect(sentences[4]).toMatchObject({
    sentence: 'm5 is worse than m4.',
    warning: 'The labels changed, not the model: look at the delta. 71 of 438 test rows were relabelled.',
  });
  expect(sentences.slice(0, 4).map((one) => one.warning)).toEqual([null, null, null, null]);
});

/** A paired test of `n` rows: on `lost` of them only the parent is right, on `won` only the child. */
function pair(n: number, lost: number, won: number) {
  const right = (from: number, to: number) => Uint8Array.from({ length: n }, (_, i) => Number(i >= from && i < to));
  return judge(pairedTest(right(lost, n), right(0, n - won)), 0.005);
}

const [first, second] = models;
const modelWith = (guard: GuardResult, more: Partial<ModelView> = {}): ModelView => ({
  ...worseModel,
  number: 2,
  parent: 1,
  guard,
  relabelled: 0,
  ...more,
});

test('a model that is worse on the labels of now, where nothing was relabelled, is not excused by labels that changed', () => {
  const guard = oldGuard({ onParent: pair(400, 20, 14), onSnapshot: pair(400, 30, 8), onBaseline: null });
  expect(guard).toMatchObject({ verdict: 'worse', onParent: { verdict: 'unclear' }, onSnapshot: { verdict: 'worse' } });
  const found = findingOfModel(modelWith(guard), worse.models);
  expect(found).toMatchObject({ sentence: 'm2 is worse than m1.', warning: null });
  expect(guardSentence(guard, found.names)).toMatch(/^Worse than m1: −5\.5 points .* on 400 test rows as labelled at/);
});

test('labels that did not move are no excuse on the old labels either', () => {
  const guard = oldGuard({ onParent: pair(400, 30, 8), onSnapshot: pair(400, 20, 14), onBaseline: null });
  expect(findingOfModel(modelWith(guard), worse.models).warning).toBe(null);
  expect(findingOfModel(modelWith(guard, { relabelled: null }), worse.models).warning).toBe(null);
  expect(findingOfModel(modelWith(guard, { relabelled: 7 }), worse.models).warning).toBe(
    'The labels changed, not the model: look at the delta. 7 of 400 test rows were relabelled.',
  );
});

test('the rival that a model is worse than is the one of the test that says so', () => {
  const same = pair(40_000, 20, 20);
  const guard = oldGuard({ onParent: same, onSnapshot: same, onBaseline: pair(4000, 200, 60) });
  expect(guard).toMatchObject({ verdict: 'worse', onParent: { verdict: 'same' }, onBaseline: { verdict: 'worse' } });
  const m1 = { ...worseModel, number: 1, parent: null, isBaseline: true };
  const m3 = modelWith(guard, { number: 3, parent: 2, isBaseline: false });
  const found = findingOfModel(m3, [m1, m3]);
  expect(found.sentence).toBe('m3 is worse than the baseline m1.');
  expect(guardSentence(guard, found.names)).toContain('Worse than the baseline m1: −3.5 points');
});

test('a full fit that was compared names the snapshot of its parent, and no snapshot where it is not known', () => {
  const guard = oldGuard({ onParent: pair(400, 30, 8), onSnapshot: pair(400, 20, 14), onBaseline: null });
  const full = modelWith(guard, { kind: 'full', baseSnapshot: null });
  expect(
    findingOfModel(
      full,
      [first, second].flatMap((one) => one ?? []),
    ).names.baseSnapshot,
  ).toBe(first?.snapshot);
  expect(guardSentence(guard, findingOfModel(full, []).names)).toMatch(/ as labelled at the parent’s snapshot\.$/);
});

test('of a model whose data are suspect nobody goes by the verdict until a person approved them', () => {
  const guard = heldModel.guard && { ...heldModel.guard, verdict: 'worse' as const };
  const of = (status: ModelView['status']) => findingOfModel({ ...heldModel, guard, status }, worse.models);
  for (const status of ['held', 'archived'] as const) {
    expect(of(status).isActedOn).toBe(false);
    expect(of(status).sentence).toBe('m5 is worse than m4. Nobody goes by that, as its data are suspect.');
  }
  expect(of('candidate')).toMatchObject({ isActedOn: true, sentence: 'm5 is worse than m4.' });
});

test('of thirty slices that one is worse by chance alone colours none; one that is really worse is coloured', () => {
  const slice = (lost: number, won: number, judged = true) => ({
    onParent: null,
    onSnapshot: pair(400, lost, won),
    unchanged: null,
    judged,
  });
  const even = Array.from({ length: 29 }, () => slice(12, 12));
  // p = .024: of a single slice it would be telling.
  const chance = slice(20, 7);
  expect(tellingTests([chance]).telling.size).toBe(1);
  expect(tellingTests([...even, chance])).toMatchObject({ telling: new Set(), tests: 30 });
  const real = slice(40, 5);
  expect(tellingTests([...even, real]).telling).toEqual(new Set([real.onSnapshot]));
  // Slices with few rows are none of the family.
  expect(tellingTests([chance, ...even.map((one) => ({ ...one, judged: false }))])).toMatchObject({ tests: 1 });
});
