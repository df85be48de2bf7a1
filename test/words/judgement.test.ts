// What is said of data and models, to the letter.
import { describe, expect, test } from 'vitest';
import type { DataNote, DataVerdict, Reason } from '../../src/data/judgement.ts';
import type { JudgedPair, ModelVerdict } from '../../src/data/trainer.ts';
import {
  dataSentence,
  dataWord,
  lookSentence,
  modelSentence,
  noteSentence,
  suspectsSentence,
  suspectText,
} from '../../src/words/judgement.ts';
import { reasonSentence } from '../../src/words/reasons.ts';
import { sliceText } from '../../src/words/slices.ts';

const names = { parent: 'm4', dates: new Set(['day']) };
const west = { column: 'region', value: 'West' } as const;

const reason = (of: Partial<Reason>): Reason => ({
  kind: 'features',
  column: null,
  label: null,
  where: null,
  rows: 4_165,
  of: 20_000,
  asked: 0,
  before: null,
  after: null,
  p: null,
  direction: 'none',
  size: 1,
  strength: 9,
  ...of,
});

const labels = { from: 'yes', to: 'no' };

describe('a reason', () => {
  test.each<[Partial<Reason>, string]>([
    [
      { column: 'support_calls', where: west, before: 0.887, after: 0.257 },
      'support_calls changed in 4,165 rows, all in West; m4 falls there from .887 to .257.',
    ],
    [
      { column: 'age', where: { column: 'tenure', from: 3, to: 8.25 }, before: 0.8, after: 0.8 },
      'age changed in 4,165 rows, all with tenure from 3 to 8.25; m4 is much less sure of the same labels there.',
    ],
    [
      { kind: 'labels', rows: 800, asked: 80, before: 71 / 80, after: 3 / 80 },
      'The label changed in 800 rows: of 80 rows that m4 was asked about it agreed with 71 as they were and agrees with 3 as they are.',
    ],
    [
      {
        kind: 'labelPair',
        label: labels,
        rows: 40,
        asked: 40,
        before: 0.9,
        after: 0.1,
        where: { column: 'day', from: 20_000, to: 20_030 },
      },
      'yes became no in 40 rows, all with day from 2024-10-04 to 2024-11-03: of 40 rows that m4 was asked about it agreed with 36 as they were and agrees with 4 as they are.',
    ],
    [
      { kind: 'labelValues', rows: 300, asked: 60, before: 0.95, after: 0.05 },
      'The label changed in 300 rows: of 60 rows that m4 was asked about its answer is nearer to 57 as they were and to 3 as they are.',
    ],
    [
      { kind: 'newLabelBeyond', rows: 6, of: 100, before: 0, after: 0.06 },
      '6.0 % of the labels of new rows lie beyond all that m4 knows (0 % before).',
    ],
    [
      { kind: 'classLost', label: { from: 'yes', to: null }, rows: 450, of: 900 },
      'yes lost 450 of its 900 rows to other labels.',
    ],
    [
      {
        kind: 'classLost',
        label: { from: 'yes', to: null },
        rows: 450,
        of: 900,
        recall: { class: 'yes', rows: 440, changed: 0.873, unchanged: 0.851 },
      },
      'yes lost 450 of its 900 rows to other labels. Recall of yes by m4: .873 on these rows as they were, .851 on rows of it that did not change.',
    ],
    [
      { kind: 'columnBeyond', column: 'charge', where: west, before: 0, after: 0.9 },
      'charge changed in 4,165 rows, all in West; 90 % of the new values lie beyond all that m4 knows (0 % before).',
    ],
    [
      { kind: 'columnOneValue', column: 'charge', label: { from: null, to: '0' }, before: 0.02, after: 1 },
      'charge changed in 4,165 rows; 100 % of them are 0 now.',
    ],
    [
      { kind: 'columnMoved', column: 'charge', before: 0, after: 0.9 },
      'charge changed in 4,165 rows; the new values lie elsewhere than those that they replaced.',
    ],
    [
      { kind: 'group', column: 'charge', where: west, rows: 41, before: 0.9, after: 0.2 },
      'charge changed in 41 rows, all in West; m4 falls there from .900 to .200.',
    ],
    [
      { kind: 'inserted', rows: 400, of: 400, asked: 400, before: 0.71, after: -0.02 },
      'm4 no longer tells the labels of 400 new rows apart: its skill in ranking falls from .710 to .000.',
    ],
    [
      { kind: 'newBeyond', column: 'charge', before: 0.001, after: 0.34 },
      '34 % of the new values of charge lie beyond all that m4 knows (0.1 % before).',
    ],
    [
      { kind: 'newOneValue', column: 'charge', label: { from: null, to: '0' }, rows: 400, after: 1 },
      'charge is 0 in 100 % of 400 new rows.',
    ],
    [
      { kind: 'labelMissing', label: { from: 'yes', to: null }, rows: 1, of: 400, before: 0.1 },
      'yes is missing among 400 new rows: there are 1, and about 40 were to be expected.',
    ],
    [{ kind: 'duplicates', rows: 500, of: 1_000 }, '500 of 1,000 new rows are copies of other rows.'],
    [{ kind: 'manyRemoved' }, '4,165 of 20,000 rows are gone.'],
    [
      { kind: 'classGone', label: { from: 'snow', to: null }, rows: 26, of: 26 },
      'No row of snow is left: 26 were deleted.',
    ],
    [
      { kind: 'classGone', label: { from: 'snow', to: null }, rows: 96, of: 100 },
      'Hardly a row of snow is left: 96 of 100 were deleted.',
    ],
    [
      { kind: 'valueLostRows', where: west, rows: 400, of: 1_000, before: 0.01 },
      'region = West lost 400 of its 1,000 rows; of the others 1.0 % are gone.',
    ],
    [
      { kind: 'stretchLostRows', where: { column: 'id', from: 300, to: 359 }, rows: 60, of: 60, before: 0.005 },
      '60 of 60 rows with id from 300 to 359 are gone; of the others 0.5 %.',
    ],
    [{ kind: 'rowsReturned', rows: 27 }, '27 rows are again what an older version had.'],
    [
      { kind: 'categoriesExchanged', column: 'plan', label: { from: 'basic', to: 'plus' } },
      'plan: basic and plus changed places in 4,165 rows.',
    ],
    [
      { kind: 'sameValuesElsewhere', column: 'plan' },
      'plan changed in 4,165 rows: the same values as before, in other rows, as after a join by the wrong key.',
    ],
    [{ kind: 'columnRewritten', column: 'charge', where: west }, 'charge was rewritten in 4,165 rows, all in West.'],
  ])('%j', (of, sentence) => {
    expect(reasonSentence(reason(of), names)).toBe(sentence);
  });
});

const verdict = (of: Partial<DataVerdict>): DataVerdict => ({
  verdict: 'suspect',
  reasons: [],
  notes: [],
  kinds: { unchanged: 900, labels: 10, features: 20, inserted: 70, firstLabels: 0, removed: 0 },
  asked: 'everyRow',
  hash: null,
  ...of,
});

test('the data’s verdict is its strongest reason, and how many there are beside it', () => {
  const lost = reason({ kind: 'manyRemoved' });
  expect(dataSentence(verdict({ reasons: [lost] }), names)).toBe('4,165 of 20,000 rows are gone.');
  expect(dataSentence(verdict({ reasons: [lost, lost] }), names)).toBe(
    '4,165 of 20,000 rows are gone. There is 1 more reason to look.',
  );
  expect(dataSentence(verdict({ reasons: [lost, lost, lost] }), names)).toContain('There are 2 more reasons to look.');
  expect(dataSentence(verdict({ verdict: 'consistent' }), names)).toBe('The changes fit what m4 knows: 100 rows.');
  expect(dataSentence(verdict({ verdict: 'none' }), names)).toBe('There was no change to judge the data by.');
  expect((['consistent', 'suspect', 'none'] as const).map(dataWord)).toEqual(['consistent', 'suspect', 'not judged']);
});

test.each<[Partial<DataNote>, string]>([
  [
    { kind: 'drift', rows: 300, value: 0.5, upper: 0.25 },
    'The 300 new rows differ from the others: the mean loss of m4 is 0.500 there, and 0.250 elsewhere. That alone is no reason to ask.',
  ],
  [{ kind: 'drift', column: 'age', value: 0.31 }, 'age of the new rows lies elsewhere than before (a gap of .310).'],
  [
    { kind: 'retention', column: 'day', rows: 460, of: 20_000, value: 20_000 },
    'The oldest 460 rows (2.3 %) are gone, all with day up to 2024-10-04. If that is not how long rows are kept, the head of a file is missing.',
  ],
  [
    { kind: 'firstLabels', rows: 40, value: 12.25, upper: 31 },
    '40 rows that had no label have one now. Half of them came within 12 days, 95 % within 31 days.',
  ],
  [{ kind: 'firstLabels', rows: 1 }, '1 row that had no label has one now.'],
  [
    { kind: 'categoriesNew', column: 'plan', rows: 3, of: 70, text: 'gold' },
    'plan shows values that it never had, in 3 of 70 new rows: gold.',
  ],
  [
    { kind: 'testRowsAlone', rows: 20, of: 100 },
    'm4 knows its train rows by heart, so it was asked about 20 of 100 changed rows: those it was not trained on.',
  ],
  [
    { kind: 'testRowsAlone', rows: 20, of: 100, text: 'values' },
    'm4 was asked about 20 of 100 changed rows: those it was not trained on.',
  ],
  [
    { kind: 'factsMade', rows: 20_000 },
    'What is usual in the table was not kept with m4, so all 20,000 rows were read once.',
  ],
  [
    { kind: 'approved', rows: 12, value: 3, upper: 4 },
    'A change of 12 rows is as approved, which holds for 4 more rounds.',
  ],
  [{ kind: 'excluded', rows: 12 }, '12 rows were left out, as a person decided.'],
  [{ kind: 'notJudged', text: 'm1 is gone.' }, 'The data were not judged: m1 is gone.'],
])('the note %j', (of, sentence) => {
  const note: DataNote = { kind: 'drift', column: null, rows: 0, of: 0, value: null, upper: null, text: null, ...of };
  expect(noteSentence(note, names)).toBe(sentence);
});

test('suspects are told with what they cost', () => {
  const group = {
    change: 'features',
    column: 'support_calls',
    label: null,
    where: west,
    rows: 41,
    share: 0.92,
    before: 0.887,
    after: 0.257,
    hashes: [],
  } as const;
  expect(suspectText(group, names)).toBe(
    'support_calls changed in 41 rows, all in West: .887 to .257, 92 % of the cost',
  );
  expect(suspectText({ ...group, change: 'removed', column: null, before: null, after: null }, names)).toBe(
    'gone: 41 rows, all in West: 92 % of the cost',
  );
  expect(suspectText({ ...group, change: 'labels', label: labels }, names)).toContain(
    'yes became no in 41 rows, all in West',
  );
  expect(suspectText({ ...group, change: 'inserted', before: null }, names)).toContain('new: 41 rows, all in West');
  expect(suspectsSentence({ groups: [group], explained: 0.92 }, 3_200)).toBe('41 of 3,200 changes explain 92 % of it.');
  expect(suspectsSentence({ groups: [], explained: 0 }, 3_200)).toBe('No group of changed rows stands out.');
});

test('a slice is a condition', () => {
  expect(sliceText(west, names.dates)).toBe('region = West');
  expect(sliceText({ column: 'region', value: '' }, names.dates)).toBe('region = NULL');
  expect(sliceText({ column: 'x', from: 0.1 + 0.2, to: 1e9 }, names.dates)).toBe('x from 0.3 to 1000000000');
});

const pair = (of: JudgedPair['verdict'], difference: number): JudgedPair => ({
  ...{ n: 3_900, child: 0.8 + difference, parent: 0.8, difference, low: difference - 0.004, high: difference + 0.004 },
  ...{ p: 0.001, detectable: 0.006, verdict: of },
});

const model = (of: Partial<ModelVerdict>): ModelVerdict => ({
  verdict: 'same',
  metric: 'accuracy',
  unchanged: pair('same', 0.001),
  now: pair('same', 0.001),
  baseline: null,
  look: { number: 7, of: 20, alpha: 0.0025 },
  ...of,
});

test.each<[Partial<ModelVerdict>, string]>([
  [{}, 'Equivalent to m4: +0.1 points (−0.3 … +0.5) on 3,900 rows that did not change.'],
  [
    { verdict: 'worse', unchanged: pair('worse', -0.02) },
    'Worse than m4: −2.0 points (−2.4 … −1.6) on 3,900 rows that did not change.',
  ],
  [
    { verdict: 'worse', baseline: pair('worse', -0.03) },
    'Worse than the baseline m1: −3.0 points (−3.4 … −2.6) on 3,900 rows that did not change.',
  ],
  [
    { verdict: 'better', now: pair('better', 0.02) },
    'Better than m4: +2.0 points (+1.6 … +2.4) on 3,900 rows as they are now.',
  ],
  [
    { verdict: 'same', pooled: pair('same', 0.001) },
    'Equivalent to m4: +0.1 points (−0.3 … +0.5) on 3,900 rows that neither was trained on.',
  ],
  [
    { verdict: 'noWorse', pooled: pair('noWorse', 0.001) },
    'No worse than m4: +0.1 points on 3,900 rows that neither was trained on, and at most 0.2 less (95 %).',
  ],
  [
    { verdict: 'noWorse', pooled: pair('noWorse', 0.006) },
    'No worse than m4: +0.6 points on 3,900 rows that neither was trained on, and at most 0.0 less (95 %).',
  ],
  [
    { verdict: 'unclear', pooled: pair('unclear', 0.004) },
    "Can't tell it from m4: +0.4 points (±0.0 … +0.8) on 3,900 rows that neither was trained on; these rows can show 0.6 points.",
  ],
  [
    { verdict: 'unclear', unchanged: pair('unclear', 0.004) },
    "Can't tell it from m4: +0.4 points (±0.0 … +0.8) on 3,900 rows that did not change; these rows can show 0.6 points.",
  ],
  [{ verdict: 'none', unchanged: null }, 'No row is left unchanged on which it could be held against m4.'],
])('a model that is %j', (of, sentence) => {
  expect(modelSentence(model(of), { parent: 'm4', baseline: 'm1' })).toBe(sentence);
});

test('a first model has nothing beside it, and a look says which it is', () => {
  expect(modelSentence(model({ verdict: 'none', unchanged: null }), { parent: null, baseline: null })).toBe(
    'There is no earlier model to compare with.',
  );
  expect(lookSentence(model({}))).toBe(
    'Each look may cry worse wrongly once in 400, so 20 honest rounds stay below 5 %; look 7 of 20.',
  );
});
