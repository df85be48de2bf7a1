// The same training as it is judged today: data that are suspect, approved, and as the parent knew them.
import type { DataVerdict, Reason } from '../../../src/data/judgement.ts';
import type { ModelView, TrainingState } from '../../../src/protocol/panel.ts';
import { noProgress } from '../../../src/protocol/runProgress.ts';
import { fourModels, hashOf, judged, models, paired, running, worse, worseModel } from './panelData.ts';

const reason = (of: Partial<Reason> & Pick<Reason, 'kind'>): Reason => ({
  column: null,
  label: null,
  where: null,
  rows: 318,
  of: 2_192,
  asked: 318,
  before: null,
  after: null,
  p: 1e-9,
  direction: 'none',
  size: 0.9,
  strength: 9,
  ...of,
});

const newYork = { column: 'location', value: 'New York' } as const;

const suspectData: DataVerdict = {
  verdict: 'suspect',
  reasons: [
    reason({ kind: 'labels', where: newYork, before: 0.83, after: 0.04 }),
    reason({
      kind: 'labelPair',
      label: { from: 'rain', to: 'sun' },
      where: newYork,
      rows: 161,
      asked: 161,
      before: 0.81,
      after: 0.05,
    }),
    reason({
      kind: 'classLost',
      label: { from: 'rain', to: null },
      rows: 161,
      of: 402,
      recall: { class: 'rain', rows: 161, changed: 0.807, unchanged: 0.795 },
      before: null,
      after: null,
      p: null,
    }),
  ],
  notes: [
    { kind: 'firstLabels', column: null, rows: 12, of: 318, value: 2, upper: 9, text: null },
    { kind: 'factsMade', column: null, rows: 2_192, of: 2_192, value: null, upper: null, text: null },
  ],
  kinds: { unchanged: 1_874, labels: 318, features: 0, inserted: 0, firstLabels: 12, removed: 0 },
  asked: 'everyRow',
  hash: hashOf(9),
};

/** The same bad import, as a model of today is judged: its data are suspect, and it waits for a person. */
export const heldModel: ModelView = {
  ...worseModel,
  status: 'held',
  guard: {
    verdict: 'unclear',
    onParent: null,
    onSnapshot: null,
    onBaseline: null,
    metric: 'accuracy',
    unchanged: judged(paired(731, 0.846, 0.841, 0.014, 0.4), 'unclear'),
    now: judged(paired(438, 0.772, 0.781, 0.02, 0.4), 'unclear'),
    baseline: null,
    look: { number: 4, of: 20, alpha: 0.0025 },
  },
  data: suspectData,
  groups: [
    {
      change: 'labels',
      column: null,
      label: { from: 'rain', to: 'sun' },
      where: newYork,
      rows: 161,
      share: 0.54,
      before: 0.81,
      after: 0.05,
    },
    {
      change: 'labels',
      column: null,
      label: { from: 'sun', to: 'rain' },
      where: newYork,
      rows: 157,
      share: 0.44,
      before: 0.85,
      after: 0.03,
    },
  ],
  settled: { sentence: 'held: its data are suspect, by ada, 23 Nov 2026, 09:25', note: '' },
};

export const held: TrainingState = {
  ...worse,
  header: { ...worse.header, base: { model: 4, snapshot: 'weather_v4' } },
  advice: {
    kind: 'delta',
    reasons: ['m5 is held: decide about its data before training again.'],
    detectable: { rows: 438, difference: 0.026 },
    seconds: { delta: 0.1, full: 0.6 },
  },
  models: [...models, heldModel],
  run: {
    ...running,
    phase: 'finished',
    snapshot: 'weather_v4b',
    model: 5,
    sentence: 'm5 is held.',
    progress: noProgress,
    seconds: 0.4,
  },
};

/** The same model after a person approved its data. */
export const approved: TrainingState = {
  ...held,
  advice: fourModels.advice,
  models: [
    ...models,
    {
      ...heldModel,
      status: 'candidate',
      settled: {
        sentence: 'its data were approved, by ada, 23 Nov 2026, 10:02',
        note: 'the station was mislabelled since May',
      },
    },
  ],
};

/** The same model after its table was taken back. */
export const reverted: TrainingState = {
  ...held,
  advice: fourModels.advice,
  models: [
    ...models,
    {
      ...heldModel,
      status: 'archived',
      settled: { sentence: 'its data were reverted, by ada, 23 Nov 2026, 10:04', note: '' },
    },
  ],
};

/** The bad import before anything was trained on it: m4 was asked. */
export const checked: TrainingState = {
  ...worse,
  header: { ...worse.header, base: { model: 4, snapshot: 'weather_v4' } },
  advice: fourModels.advice,
  check: { model: 4, snapshot: 'weather_v4', data: suspectData, dates: [], groups: heldModel.groups },
  models,
  run: null,
};

/** An honest update. */
export const consistent: TrainingState = {
  ...fourModels,
  models: models.map((model) =>
    model.number === 4
      ? {
          ...model,
          data: {
            verdict: 'consistent' as const,
            reasons: [],
            notes: [],
            kinds: { unchanged: 1_462, labels: 0, features: 0, inserted: 730, firstLabels: 0, removed: 0 },
            asked: 'everyRow' as const,
            hash: null,
          },
        }
      : model,
  ),
};
