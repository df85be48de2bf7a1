/** What the quality gate found, in words: at length for a run and the command line, in short for the panel, from one finding. */
import type { GuardResult, ModelVerdict } from '../data/trainer.ts';
import { say, together } from '../base/say.ts';
import { type Finding, findingOf, type JudgedTest } from './finding.ts';
import { countText, differenceText, intervalText, pointsText, shareText, sizeText, testRowsText } from './numbers.ts';
import { lookSentence, modelSentence } from './judgement.ts';
import { verdictWord } from './verdicts.ts';

/** The names that the words need, and what they count. */
export interface FindingNames {
  /** `m4`; null where there is none. */
  readonly parent: string | null;
  readonly baseline: string | null;
  /** The parent's snapshot; null where it is not known. */
  readonly baseSnapshot: string | null;
  readonly snapshot: string;
  /** Test rows that have another label now; null where nobody counted them. */
  readonly relabelled: number | null;
}

const parentText = ({ parent }: FindingNames): string => parent ?? say('its parent');

const baselineText = ({ baseline }: FindingNames): string =>
  baseline === null ? say('the baseline') : say('the baseline {0}', baseline);

/** Whom the deciding test compares with. */
const rivalText = ({ by }: Finding, names: FindingNames): string =>
  by === 'onBaseline' || by === 'baseline' ? baselineText(names) : parentText(names);

/** Which labels a test was made on: `as labelled at weather_v5`. */
export const labelledText = (snapshot: string | null): string =>
  snapshot === null ? say('as labelled at the parent’s snapshot') : say('as labelled at {0}', snapshot);

const figures = (test: JudgedTest): string =>
  say('{0} points ({1}) on {2}', pointsText(test.difference), intervalText(test), testRowsText(test.n));

const relabelledText = (rows: number): string =>
  rows === 1
    ? say('1 test row has another label now: the labels changed, not the model: look at the delta.')
    : say(
        '{0} test rows have another label now: the labels changed, not the model: look at the delta.',
        countText(rows),
      );

function worseText(finding: Finding, test: JudgedTest, guard: GuardResult, names: FindingNames): string {
  const rival = rivalText(finding, names);
  const labelled = labelledText(finding.by === 'onParent' ? names.baseSnapshot : names.snapshot);
  if (finding.labelsMoved && guard.onSnapshot)
    return together(
      say(
        'Worse than {0}: {1} {2}, though {3} as labelled at {4}.',
        rival,
        figures(test),
        labelled,
        pointsText(guard.onSnapshot.difference),
        names.snapshot,
      ),
      relabelledText(names.relabelled ?? 0),
    );
  return say('Worse than {0}: {1} {2}.', rival, figures(test), labelled);
}

/** The verdict of a model that was judged on unchanged rows; null of others. */
function byRows({ metric, unchanged, now, pooled = null, baseline, look, verdict }: GuardResult): ModelVerdict | null {
  if (metric === undefined || unchanged === undefined || now === undefined || baseline === undefined || !look)
    return null;
  return { metric, unchanged, now, pooled, baseline, look, verdict };
}

/** Which look at the lineage it is, and what a look may cost; null of a model that was not judged on unchanged rows. */
export function lookText(guard: GuardResult): string | null {
  const own = byRows(guard);
  return own && own.verdict !== 'none' ? lookSentence(own) : null;
}

/** The verdict with its figures, as one or two sentences. */
export function guardSentence(guard: GuardResult, names: FindingNames): string {
  const own = byRows(guard);
  if (own) return together(modelSentence(own, names), own.verdict === 'worse' && lookSentence(own));
  const finding = findingOf(guard, names.relabelled);
  const { test } = finding;
  const rival = rivalText(finding, names);
  switch (finding.verdict) {
    case 'none':
      return say('There is no earlier model to compare with.');
    case 'worse':
      return test ? worseText(finding, test, guard, names) : say('Worse than {0}.', rival);
    case 'better':
    case 'same':
    case 'noWorse':
    case 'unclear': {
      if (!test) return say('There is no earlier model to compare with.');
      if (finding.verdict === 'better') return say('Better than {0}: {1}.', rival, figures(test));
      if (finding.verdict === 'same') return say('Equivalent to {0}: {1}.', rival, figures(test));
      if (finding.verdict === 'noWorse') return say('No worse than {0}: {1}.', rival, figures(test));
      const least = sizeText(test.detectable);
      return say("Can't tell it from {0}: {1}; these rows can show {2} points.", rival, figures(test), least);
    }
  }
}

/** A model that nothing was compared with: what it gets right. */
export const aloneText = (name: string, metrics: { readonly accuracy: number; readonly n: number } | null): string =>
  metrics
    ? say('{0} gets {1} right on {2}.', name, shareText(metrics.accuracy), testRowsText(metrics.n))
    : say('{0} has not been tested.', name);

/** The verdict in a few words, where the figures stand beside it. */
export function shortSentence(name: string, guard: GuardResult, names: FindingNames): string {
  const finding = findingOf(guard, names.relabelled);
  const rival = rivalText(finding, names);
  switch (finding.verdict) {
    case 'better':
      return say('{0} is better than {1}.', name, rival);
    case 'same':
      return say('{0} is equivalent to {1}.', name, rival);
    case 'noWorse':
      return say('{0} is no worse than {1}.', name, rival);
    case 'worse':
      return say('{0} is worse than {1}.', name, rival);
    case 'unclear':
    case 'none': {
      const { test } = finding;
      if (!test) return say('{0} was not compared with {1}.', name, rival);
      return say(
        "{0} can't tell {1} from {2}: they show differences of {3} points or more.",
        testRowsText(test.n),
        name,
        rival,
        sizeText(test.detectable),
      );
    }
  }
}

/** Stands beside the short sentence when the labels moved under the model, which a bad import does; else null. */
export function warningText(guard: GuardResult, relabelled: number | null): string | null {
  const { labelsMoved, test } = findingOf(guard, relabelled);
  if (!labelsMoved || !test || relabelled === null) return null;
  return together(
    say('The labels changed, not the model: look at the delta.'),
    say('{0} of {1} test rows were relabelled.', countText(relabelled), countText(test.n)),
  );
}

/** How far a model is from its parent, where one number must do: `−.030`, `+.004 can't tell`. */
export const toParentText = (test: JudgedTest, guard: GuardResult): string =>
  guard.verdict === 'unclear'
    ? `${differenceText(test.difference)} ${verdictWord('unclear')}`
    : differenceText(test.difference);
