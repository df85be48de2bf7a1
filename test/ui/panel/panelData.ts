// A training as the panel shows it: the sample's five versions and its bad import, with plausible figures.
import { leakNotes } from '../../../src/words/leaks.ts';
import type { DeltaCounts } from '../../../src/data/change.ts';
import type { EpochRecord, GuardResult, PairedTest, SliceResult, Verdict } from '../../../src/data/trainer.ts';
import type { ModelView, RunView, TrainingState, VersionView } from '../../../src/protocol/panel.ts';
import { noProgress } from '../../../src/protocol/runProgress.ts';

type Judged = PairedTest & { readonly verdict: Verdict };

export const paired = (n: number, parent: number, child: number, half: number, p: number): PairedTest => ({
  n,
  child,
  parent,
  difference: child - parent,
  low: child - parent - half,
  high: child - parent + half,
  p,
  detectable: 2.8 * (half / 1.96),
});

export const judged = (test: PairedTest, verdict: Verdict): Judged => ({ ...test, verdict });

const epochsOf = (count: number, from: number, to: number, best: number): EpochRecord[] =>
  Array.from({ length: count }, (_, i) => {
    const left = Math.exp(-i / (count / 4));
    return {
      epoch: i + 1,
      loss: to + (from - to) * left,
      trainAccuracy: best - (best - 0.58) * left,
      validationAccuracy: best - 0.012 - (best - 0.55) * left + (i % 3) * 0.002,
    };
  });

export const hashOf = (seed: number): string =>
  Array.from({ length: 64 }, (_, i) => ((seed * 7919 + i * 104729) % 16).toString(16)).join('');

const slice = (value: string, n: number, parent: number, child: number, half: number): SliceResult => ({
  column: 'location',
  value,
  n,
  accuracy: child,
  judged: n >= 50,
  onSnapshot: paired(n, parent, child, half, 0.4),
  onParent: null,
});

interface Brief {
  readonly number: number;
  readonly status: ModelView['status'];
  readonly snapshot: string;
  readonly base: string | null;
  readonly rows: number;
  readonly delta: DeltaCounts | null;
  readonly accuracy: number;
  readonly guard: GuardResult | null;
  readonly slices: readonly SliceResult[];
  readonly seen: number;
  readonly parent?: number;
}

function modelOf(brief: Brief): ModelView {
  const { number, rows, accuracy } = brief;
  const n = Math.round(rows / 5);
  const train = Math.round(rows * 0.7);
  const full = brief.delta === null;
  const half = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / n);
  return {
    number,
    parent: brief.base === null ? null : (brief.parent ?? number - 1),
    kind: full ? 'full' : 'delta',
    status: brief.status,
    isBaseline: brief.status === 'promoted',
    snapshot: brief.snapshot,
    snapshotState: 'there',
    baseSnapshot: brief.base,
    rows,
    delta: brief.delta,
    metrics: { accuracy, low: accuracy - half, high: accuracy + half, logLoss: 0.55, n },
    guard: brief.guard,
    relabelled: number === 5 ? 71 : brief.guard === null ? null : 0,
    slices: brief.slices,
    epochs: epochsOf(full ? 24 : 9, full ? 1.5 : 0.8, 0.45, accuracy + 0.02),
    cost: {
      rows: full
        ? { delta: 0, replayed: 0, train }
        : { delta: Math.round((rows - train) * 0.7), replayed: Math.round(train * 0.2), train },
      seen: brief.seen,
      fullSeen: train * 60,
      readSeconds: 0.02 + rows / 1e5,
      trainSeconds: brief.seen / 3e5,
    },
    seed: 1,
    weightsSha256: hashOf(number),
    artifactSha256: hashOf(number + 20),
    kernelSha256: hashOf(3),
    madeAt: `2026-11-${18 + number}T09:2${number}:00.000Z`,
    madeBy: 'ada',
    note: '',
    reproduced: number === 4 ? 'identical' : null,
    data: null,
    dates: [],
    groups: [],
    settled: null,
    exact: null,
  };
}

const guardOf = (verdict: Verdict, onParent: Judged | null, onSnapshot: Judged): GuardResult => ({
  verdict,
  onParent,
  onSnapshot,
  onBaseline: null,
});

const added = (inserted: number): DeltaCounts => ({ inserted, updated: 0, deleted: 0 });

export const models: readonly ModelView[] = [
  modelOf({
    number: 1,
    status: 'candidate',
    snapshot: 'weather_v1',
    base: null,
    rows: 366,
    delta: null,
    accuracy: 0.804,
    guard: null,
    slices: [],
    seen: 6_144,
  }),
  modelOf({
    number: 2,
    status: 'candidate',
    snapshot: 'weather_v2',
    base: 'weather_v1',
    rows: 731,
    delta: added(365),
    accuracy: 0.82,
    guard: guardOf(
      'unclear',
      judged(paired(73, 0.804, 0.808, 0.03, 0.8), 'unclear'),
      judged(paired(146, 0.812, 0.82, 0.021, 0.5), 'unclear'),
    ),
    slices: [slice('Seattle', 146, 0.812, 0.82, 0.021)],
    seen: 3_960,
  }),
  modelOf({
    number: 3,
    status: 'candidate',
    snapshot: 'weather_v3',
    base: 'weather_v2',
    rows: 1_462,
    delta: added(731),
    accuracy: 0.831,
    guard: guardOf(
      'better',
      judged(paired(146, 0.82, 0.822, 0.004, 0.7), 'same'),
      judged(paired(292, 0.79, 0.831, 0.03, 0.006), 'better'),
    ),
    slices: [slice('Seattle', 146, 0.82, 0.822, 0.012), slice('New York', 146, 0.758, 0.84, 0.051)],
    seen: 7_020,
  }),
  modelOf({
    number: 4,
    status: 'promoted',
    snapshot: 'weather_v4',
    base: 'weather_v3',
    rows: 2_192,
    delta: added(730),
    accuracy: 0.844,
    guard: guardOf(
      'better',
      judged(paired(292, 0.831, 0.835, 0.005, 0.3), 'same'),
      judged(paired(438, 0.829, 0.844, 0.012, 0.02), 'better'),
    ),
    slices: [slice('Seattle', 219, 0.838, 0.852, 0.02), slice('New York', 219, 0.821, 0.836, 0.021)],
    seen: 8_768,
  }),
];

/** The model that a bad import made: it looks well on the new labels and has lost what the parent knew. */
export const worseModel: ModelView = modelOf({
  number: 5,
  status: 'rejected',
  snapshot: 'weather_v4b',
  base: 'weather_v4',
  rows: 2_192,
  delta: { inserted: 0, updated: 318, deleted: 0 },
  accuracy: 0.781,
  guard: guardOf(
    'worse',
    judged(paired(438, 0.844, 0.713, 0.041, 1e-6), 'worse'),
    judged(paired(438, 0.772, 0.781, 0.02, 0.4), 'unclear'),
  ),
  slices: [
    { ...slice('New York', 219, 0.7, 0.722, 0.03), onParent: paired(219, 0.836, 0.58, 0.065, 1e-9) },
    { ...slice('Seattle', 219, 0.852, 0.847, 0.025), onParent: paired(219, 0.852, 0.847, 0.025, 0.7) },
    { ...slice('Boston', 14, 0.786, 0.714, 0.2), onParent: null },
  ],
  seen: 5_220,
});

const versions: readonly VersionView[] = [
  { snapshot: 'weather_v1', createdAt: '2026-11-18T09:00:00.000Z', rows: 366, safety: false },
  { snapshot: 'weather_v2', createdAt: '2026-11-19T09:00:00.000Z', rows: 731, safety: false },
  { snapshot: 'weather_v3', createdAt: '2026-11-20T09:00:00.000Z', rows: 1_462, safety: false },
  { snapshot: 'weather_v4', createdAt: '2026-11-21T09:00:00.000Z', rows: 2_192, safety: false },
];

const badVersion: VersionView = {
  snapshot: 'weather_v4b',
  createdAt: '2026-11-23T09:00:00.000Z',
  rows: 2_192,
  safety: false,
};

const cell = (model: number, version: string, accuracy: number) => ({
  model,
  snapshot: `weather_${version}`,
  accuracy,
  low: accuracy - 0.03,
  high: accuracy + 0.03,
  n: 438,
});

const matrix = [
  cell(1, 'v2', 0.798),
  cell(1, 'v3', 0.741),
  cell(1, 'v4', 0.744),
  cell(2, 'v1', 0.806),
  cell(2, 'v3', 0.758),
  cell(3, 'v1', 0.803),
  cell(3, 'v2', 0.818),
  cell(3, 'v4', 0.827),
  cell(4, 'v1', 0.807),
  cell(4, 'v2', 0.822),
  cell(4, 'v3', 0.835),
];

const header: TrainingState['header'] = {
  training: 'weather',
  connection: 'local',
  environment: 'development',
  readOnly: false,
  table: 'noaa.weather',
  label: 'weather',
  learner: 'mlp',
  test: 0.2,
  validation: 0.1,
  split: null,
  seed: 1,
  slices: [],
  metric: 'accuracy',
  notice: null,
  rows: 2_922,
  base: { model: 4, snapshot: 'weather_v4' },
  counts: added(730),
  pending: null,
};

export const noModel: TrainingState = {
  header: { ...header, rows: 366, base: null, counts: null },
  advice: null,
  check: null,
  models: [],
  versions: [],
  matrix: [],
  run: null,
};

export const oneModel: TrainingState = {
  header: { ...header, rows: 731, base: { model: 1, snapshot: 'weather_v1' }, counts: added(365) },
  advice: {
    kind: 'delta',
    reasons: ['365 new rows, nothing deleted.'],
    detectable: { rows: 73, difference: 0.078 },
    seconds: { delta: null, full: 0.3 },
  },
  check: null,
  models: models.slice(0, 1),
  versions: versions.slice(0, 1),
  matrix: [],
  run: null,
};

/** Its features tell the label, and some test rows are train rows, too. */
export const leaking: TrainingState = {
  ...oneModel,
  advice: oneModel.advice && {
    ...oneModel.advice,
    leaks: leakNotes(
      {
        leaks: [
          { kind: 'label', feature: 'code', equals: false, right: 363, asked: 365 },
          { kind: 'copies', columns: null, count: 41, counted: 'exact' },
        ],
        noTimes: [],
      },
      'weather',
    ),
  },
};

export const fourModels: TrainingState = {
  header,
  advice: {
    kind: 'delta',
    reasons: ['730 new rows, nothing deleted, 3 updates since the last full fit.'],
    detectable: { rows: 438, difference: 0.026 },
    seconds: { delta: 0.1, full: 0.6 },
  },
  check: null,
  models,
  versions,
  matrix,
  run: null,
};

export const running: RunView = {
  id: 7,
  kind: 'delta',
  phase: 'pin',
  sentence: null,
  notes: [],
  where: 'panel',
  whereReason: null,
  parent: 4,
  baseSnapshot: 'weather_v4',
  snapshot: 'weather_v5',
  delta: added(730),
  rows: { delta: 511, replayed: 438, train: 2_045 },
  fullSeen: 122_700,
  progress: noProgress,
  model: null,
  startedAt: '2026-11-24T09:00:00.000Z',
  seconds: null,
};

export const worse: TrainingState = {
  ...fourModels,
  header: { ...header, rows: 2_192, counts: { inserted: 0, updated: 318, deleted: 0 } },
  advice: {
    kind: 'full',
    reasons: ['m5 was rejected. Look at its delta before training again.'],
    detectable: { rows: 438, difference: 0.026 },
    seconds: { delta: 0.1, full: 0.6 },
  },
  models: [...models, worseModel],
  versions: [...versions, badVersion],
  matrix: [...matrix, cell(4, 'v4b', 0.772), cell(5, 'v1', 0.801), cell(5, 'v3', 0.748), cell(5, 'v4', 0.713)],
  run: {
    ...running,
    phase: 'finished',
    snapshot: 'weather_v4b',
    model: 5,
    sentence: 'm5 is worse than m4.',
    progress: { ...noProgress, epochs: worseModel.epochs, epochsAtMost: 12, fraction: 1 },
    seconds: 0.4,
  },
};

export const interrupted: TrainingState = {
  ...fourModels,
  run: {
    ...running,
    phase: 'interrupted',
    sentence: 'The panel was closed while it trained. Nothing was registered; the snapshot weather_v5 is kept.',
    progress: { ...noProgress, epochs: epochsOf(4, 0.8, 0.45, 0.85), epochsAtMost: 12, fraction: 0.3 },
    seconds: 0.2,
  },
};
