/** One word for a verdict and for a model's status, as people see them. */
import type { ModelStatus } from '../data/model.ts';
import type { Verdict } from '../data/trainer.ts';
import { say } from '../base/say.ts';

/** The verdict of the quality gate, or of one of its tests. */
export function verdictWord(verdict: Verdict): string {
  switch (verdict) {
    case 'better':
      return say('better');
    case 'same':
      return say('equivalent');
    case 'noWorse':
      return say('no worse');
    case 'worse':
      return say('worse');
    case 'unclear':
      return say("can't tell");
    case 'none':
      return say('first model');
  }
}

/** Where a model stands in its lineage. */
export function statusWord(status: ModelStatus): string {
  switch (status) {
    case 'candidate':
      return say('candidate');
    case 'promoted':
      return say('promoted');
    case 'rejected':
      return say('rejected');
    case 'held':
      return say('held');
    case 'archived':
      return say('archived');
  }
}
