// A training with a rare class, as it is measured: figures of made-up answers, by the product's own measures.
import { seededRandom } from '../../../src/base/random.ts';
import type { GuardResult } from '../../../src/data/trainer.ts';
import type { ModelView, TrainingState } from '../../../src/protocol/panel.ts';
import { classRows } from '../../../src/train/measure/classRows.ts';
import { type Measured, measuredClasses, pairsBeside } from '../../../src/train/measure/measured.ts';
import { fourModels, judged, models, paired } from './panelData.ts';

const rows = 2_000;

/** Answers of a model that finds `skill` of what there is to know: 13.5 % of the rows churned. */
function answersOf(skill: number): Measured {
  const [drawn, noise] = [seededRandom('churned'), seededRandom(`answers ${skill}`)];
  const labels = Int32Array.from({ length: rows }, () => (drawn.fraction() < 0.135 ? 1 : 0));
  const scores = Float32Array.from({ length: 2 * rows }, (_, i) =>
    i % 2 === 0 ? 0 : 4 * skill * (labels[(i - 1) / 2] ?? 0) - 3 + 2.5 * noise.fraction(),
  );
  const of = classRows({ scores, classes: ['no', 'yes'], temperature: 1.31, labels, texts: ['no', 'yes'] });
  const correct = Uint8Array.from(of.labels, (label, i) => (label === of.answers[i] ? 1 : 0));
  return measuredClasses(
    correct,
    of.losses.reduce((sum, one) => sum + one, 0),
    of,
  );
}

const measured = [0.2, 0.35, 0.55, 0.4].map(answersOf);
const places = Array.from({ length: rows }, (_, i) => i);

/** The models of the weather, measured otherwise. */
const churned = models.slice(0, 4).map((model, i): ModelView => {
  const [own, parent] = [measured[i], measured[i - 1]];
  if (!own) throw new Error('one measurement for each model');
  const guard = (): GuardResult | null => {
    if (!parent) return null;
    const beside = pairsBeside(own, parent, places);
    const [first] = beside;
    const test = judged(paired(rows, first?.parent ?? 0, first?.child ?? 0, 0.012, first?.p ?? 1), 'unclear');
    return { verdict: 'unclear', onParent: null, onSnapshot: test, onBaseline: null, measures: beside };
  };
  return { ...model, metrics: { ...own.metrics, by: 'recall:yes' }, guard: guard(), slices: [] };
});

/** A training that goes by the recall of its rare class. */
export const rareClass: TrainingState = {
  ...fourModels,
  header: { ...fourModels.header, training: 'churn', table: 'shop.customers', label: 'churned', metric: 'recall:yes' },
  models: churned,
  matrix: [],
};
