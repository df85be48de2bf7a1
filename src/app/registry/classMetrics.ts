/** What the registry can keep of what was measured. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { ClassMetrics, Metrics } from '../../data/trainer.ts';

/** The measures of a classifier; `plan.unsupported` for a regression, whose measures have no columns in a registry. */
export function classMetrics(metrics: Metrics): ClassMetrics {
  if (metrics.task === 'regression')
    throw new Failure('plan.unsupported', {
      what: say('Models of numbers are not kept in a registry.'),
      hint: say('Train a classification.'),
    });
  return metrics;
}
