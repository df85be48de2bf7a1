/** The top of the training page: what is trained, what changed, what to do about it. */
import { html, nothing } from 'lit-html';
import { changedRows } from '../../src/data/change.ts';
import { type Advice, isUnderWay, type TrainingHeader, type TrainingState } from '../../src/protocol/panel.ts';
import { checkView } from './judgement.ts';
import { countsOf, type Drawn, link, type Page, tag } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { countText, percentText, sizeText } from '../../src/words/numbers.ts';
import { durationText } from '../../src/words/times.ts';

/** The head of the training page with its one recommended action. */
export function headerView(page: Page, training: TrainingState): Drawn {
  const { header } = training;
  return html`<header class="top">
      <div class="names">
        <h1>
          ${header.training} ${environmentTag(header)} ${header.readOnly ? tag('', say('read-only')) : nothing}
        </h1>
        <div class="path">
          <span>${header.connection} › ${header.table}</span>
          ${header.rows === null ? nothing : html`<span class="num">${say('{0} rows', countText(header.rows))}</span>`}
          ${changeView(page, header)}
          <span class="plan dim"
            >${planText(header)} ${link(say('Edit…'), () => page.actions.editTraining(), say('Edit… the training'))}</span
          >
        </div>
      </div>
      <div class="acts">${buttons(page, training)}</div>
    </header>
    ${header.notice === null ? nothing : html`<p class="advice full" role="status">${header.notice}</p>`}
    ${adviceView(training)} ${checkView(page, training)}`;
}

/** What a run would use beside its rows. */
const planText = ({ label, learner, seed, slices, split }: TrainingHeader): string =>
  [
    say('{0} by {1}', label, learner),
    say('seed {0}', seed),
    ...(split === null ? [] : [say('split {0}', split)]),
    ...(slices.length === 0 ? [] : [say('slices {0}', slices.join(', '))]),
  ].join(' · ');

const environmentTag = ({ environment }: TrainingHeader): Drawn =>
  environment === 'development' ? nothing : tag(environment === 'production' ? 'bad' : 'warn', environment);

function changeView(page: Page, header: TrainingHeader): Drawn {
  const { base, counts } = header;
  if (!base) return nothing;
  return html`<span class="versions">${base.snapshot} → ${say('live')}</span>
    ${
      counts
        ? countsOf(counts)
        : link(header.pending ?? say('count the changes'), () => page.actions.countDelta(), say('Count the changes'))
    }`;
}

function buttons(page: Page, training: TrainingState): Drawn {
  const { actions, state } = page;
  const { run, header, advice } = training;
  if (isUnderWay(run)) {
    const waits = state.busy.includes('run/cancel');
    return html`<vscode-button appearance="secondary" ?disabled=${waits} @click=${() => actions.cancelRun(run.id)}
      >${waits ? say('Cancelling') : say('Cancel')}</vscode-button
    >`;
  }
  const waits = state.busy.includes('run/start') || header.readOnly;
  const start =
    (kind: 'delta' | 'full'): (() => void) =>
    () =>
      actions.startRun(kind);
  if (training.models.length === 0 || header.base === null)
    return html`<vscode-button ?disabled=${waits} @click=${start('full')}>${say('Train Fully')}</vscode-button>`;
  const nothingNew = header.counts !== null && changedRows(header.counts) === 0;
  const full = advice?.kind === 'full';
  return html`<vscode-button
      appearance=${full ? 'secondary' : 'primary'}
      ?disabled=${waits || nothingNew}
      title=${nothingNew ? say('Nothing changed since {0}.', header.base.snapshot) : nothing}
      @click=${start('delta')}
      >${say('Train on Delta')}</vscode-button
    >
    <vscode-button appearance=${full ? 'primary' : 'secondary'} ?disabled=${waits} @click=${start('full')}
      >${say('Retrain Fully')}</vscode-button
    >`;
}

const adviceWord = (kind: Advice['kind']): string => {
  switch (kind) {
    case 'delta':
      return say('Train on the delta.');
    case 'full':
      return say('Retrain fully.');
    case 'none':
      return say('Nothing to train.');
  }
};

/** What the first run will do, as there is nothing else to see yet. */
const firstRun = ({ table, label, test, split }: TrainingHeader): string =>
  split === null
    ? say(
        'No model yet. The first run pins {0} with a snapshot, learns {1} from its rows, and tests once on the {2} of rows that it never trains on.',
        table,
        label,
        percentText(test),
      )
    : say(
        'No model yet. The first run pins {0} with a snapshot, learns {1} from its rows, and tests once on rows that it never trains on, split {2}.',
        table,
        label,
        split,
      );

function adviceView({ advice, models, header }: TrainingState): Drawn {
  if (!advice) {
    const text = models.length === 0 ? firstRun(header) : say('Looking at what changed …');
    return html`<p class="advice dim">${text}</p>`;
  }
  const { detectable, seconds } = advice;
  const facts = [
    detectable &&
      say(
        '{0} test rows show differences of {1} points or more.',
        countText(detectable.rows),
        sizeText(detectable.difference),
      ),
    seconds.delta !== null && advice.kind !== 'none' && say('On the delta about {0}.', durationText(seconds.delta)),
    seconds.full !== null && advice.kind !== 'none' && say('In full about {0}.', durationText(seconds.full)),
  ].filter((one) => typeof one === 'string');
  return html`<p class="advice ${advice.kind}">
      <strong>${adviceWord(advice.kind)}</strong> ${advice.reasons.join(' ')}
      <span class="dim">${facts.join(' ')}</span>
    </p>
    ${(advice.leaks ?? []).map((leak) => html`<p class="advice full" role="status">${leak}</p>`)}`;
}
