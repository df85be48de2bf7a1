/** The account of the demo, told as it happens. */
import { say } from '../../../base/say.ts';
import { tableText as tableName } from '../../../data/table.ts';
import type { Story } from '../../../app/sample/story.ts';
import type { DemoAccount, DemoEvent, DemoStep } from '../../../app/sample/demo.ts';
import { tableText } from '../models/trainingText.ts';
import { countText, deltaText, shareText } from '../../../words/numbers.ts';
import { verdictWord } from '../../../words/verdicts.ts';
import { statusWord } from '../../../words/verdicts.ts';
import { durationText } from '../../../words/times.ts';

const head = (): string[] => [
  say('version'),
  say('arrived'),
  say('rows'),
  say('delta'),
  say('model'),
  say('trained rows'),
  say('samples seen'),
  say('full retrain'),
  say('accuracy'),
  say('parent'),
  say('verdict'),
];

function rowOf(step: DemoStep): string[] {
  const { kind, trained } = step;
  return [
    step.version,
    say(step.what),
    countText(step.rows),
    step.delta ? deltaText(step.delta) : '–',
    step.model,
    kind === 'full'
      ? say('all {0}', countText(trained.train))
      : `${countText(trained.delta)} + ${countText(trained.replayed)}`,
    countText(step.seen),
    kind === 'full' ? '–' : countText(step.fullSeen),
    shareText(step.accuracy),
    step.parentAccuracy === null ? '–' : shareText(step.parentAccuracy),
    verdictWord(step.guard.verdict),
  ];
}

/** What arrived and what became of it, how few rows it took, and on the first the learner that was chosen. */
function stepLines(step: DemoStep): string[] {
  const { kind, trained, exact } = step;
  const own = `  ${step.version}: ${say(step.what)}. ${step.sentence} (${durationText(step.seconds)})`;
  const chosen = step.kind === 'full' ? step.notes.map((note) => `    ${note}`) : [];
  const few =
    kind === 'full'
      ? []
      : [
          `    ${say('{0} trained on {1} of {2} rows', step.model, countText(trained.delta + trained.replayed), countText(trained.train))}${exact === null ? '' : `: ${exact}`}.`,
        ];
  const approved = step.approved
    ? [say('    These changes are right, so they were approved, and are not asked about again.')]
    : [];
  return [own, ...chosen, ...few, ...approved];
}

/** What is said when an event comes; the table of versions waits for its last row. */
export function demoLine(event: DemoEvent, story: Story): string {
  switch (event.kind) {
    case 'step':
      return stepLines(event.step).join('\n');
    case 'badImport':
      return story.spoilText(event.changed);
    case 'judged':
      return judgedText(event.step);
    case 'restored':
      return (
        `\nRESTORE TABLE ${tableName(story.table)} {SNAPSHOT = '${event.restore.to}'}: ` +
        say(
          '{0} rows taken back, {1}; undo: {2}.',
          countText(event.restore.rowsChanged),
          event.restore.verified ? say('verified (nothing differs from the snapshot)') : say('NOT verified'),
          event.restore.safetySnapshot,
        )
      );
    case 'reproduced':
      return event.reproduced.identical
        ? say(
            "Made {0} again from its parent's artifact: the same weights to the bit ({1}…).",
            event.reproduced.model,
            event.reproduced.weightsSha256.slice(0, 16),
          )
        : say(
            'Made {0} again: OTHER weights ({1}…).',
            event.reproduced.model,
            event.reproduced.weightsSha256.slice(0, 16),
          );
  }
}

function judgedText({ model, status, sentence, data }: DemoStep): string {
  const groups = (data?.groups ?? []).map((group) => `    ${group.sentence}`);
  return [`  ${model} is ${statusWord(status)}. ${sentence}`, ...groups].join('\n');
}

/** The versions side by side, and what it took. `call`: what is typed to run this command line, as in `deltatrain`. */
export function demoSummary(account: DemoAccount, folder: string, call: string): string {
  const updates = account.steps.filter(({ kind }) => kind === 'delta');
  const rows = updates.reduce((sum, { trained }) => sum + trained.delta + trained.replayed, 0);
  const [before = '', last = ''] = account.steps.slice(-2).map(({ version }) => version);
  const full = updates.reduce((sum, { trained }) => sum + trained.train, 0);
  return [
    '',
    tableText(head(), [...account.steps, account.badImport.step].map(rowOf)),
    '',
    say(
      'Trained rows are changed + replayed ones. The {0} updates trained on {1} rows, and as many full retrains train on {2}.',
      updates.length,
      countText(rows),
      countText(full),
    ),
    say(
      'The whole loop took {0}. The workspace is in {1}: open it in VS Code, or go to that folder and look at it with',
      durationText(account.seconds),
      folder,
    ),
    ...['model list', `evaluate ${account.training}`, `diff ${account.table} --from ${before} --to ${last}`].map(
      (rest) => `  ${call} ${rest}`,
    ),
  ].join('\n');
}
