/** The run under way or the last one: where it is, its curves, its rates, and what it cost against a full retrain. */
import { html, nothing, svg, type SVGTemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { EpochRecord, ReadSet } from '../../src/data/trainer.ts';
import {
  isUnderWay,
  type ModelView,
  type RunProgress,
  type RunView,
  type TrainingState,
} from '../../src/protocol/panel.ts';
import { lineageOf } from '../page/matrix.ts';
import { modelOf } from '../page/state.ts';
import { curveLayout, curvesOf, spreadLabels } from '../ui/chart.ts';
import { countsOf, type Drawn, link, type Page, section, shareBar, tag } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { compactText, countText, percentText, shareText } from '../../src/words/numbers.ts';
import { durationText } from '../../src/words/times.ts';

/** What is drawn of a run, whether it is under way or the record of a registered model. */
interface ShownRun {
  readonly title: Drawn;
  readonly epochs: readonly EpochRecord[];
  readonly atMost: number;
  readonly facts: readonly (readonly [name: string, value: unknown])[];
}

/** The section *Run*: what is under way, or what the chosen model cost. */
export function runView(page: Page, training: TrainingState): Drawn {
  const { run } = training;
  const model = modelOf(page.state, page.state.selected);
  const newest = training.models.at(-1);
  const ownRun = run && (run.model === null || run.model === model?.number || model?.number === newest?.number);
  if (run && (isUnderWay(run) || (ownRun && run.phase !== 'finished')))
    return section('run', say('Run'), parts(page, ofRun(run)), runBody(page, run));
  if (!model)
    return section(
      'run',
      say('Run'),
      {},
      html`<p class="empty">${say('Loss, accuracy and cost appear here while a model trains.')}</p>`,
    );
  const seen = ofModel(model);
  return section(
    'run',
    say('Run'),
    parts(page, seen),
    html`${finishedNote(run, model)}${curves(page, seen)}${facts(seen, ledger(training, model))}`,
  );
}

const parts = (page: Page, shown: ShownRun): { beside: unknown; tools: unknown } => {
  const table = page.state.twins.includes('epochs');
  return {
    beside: shown.title,
    tools:
      shown.epochs.length === 0
        ? nothing
        : link(
            table ? say('Chart') : say('Table'),
            () => page.actions.dispatch({ kind: 'twin', twin: 'epochs', shown: !table }),
            table ? say('Show the epochs as a chart') : say('Show the epochs as a table'),
          ),
  };
};

function runBody(page: Page, run: RunView): Drawn {
  const shown = ofRun(run);
  return html`${steps(run)} ${outcome(page, run)} ${shown.epochs.length > 0 ? curves(page, shown) : nothing} ${facts(shown)}`;
}

const phases = ['pin', 'diff', 'read', 'train', 'test', 'register'] as const;
const phaseWord = (phase: (typeof phases)[number]): string => {
  switch (phase) {
    case 'pin':
      return say('Pin');
    case 'diff':
      return say('Compare');
    case 'read':
      return say('Read');
    case 'train':
      return say('Train');
    case 'test':
      return say('Test');
    case 'register':
      return say('Register');
  }
};

function steps(run: RunView): Drawn {
  if (!isUnderWay(run)) return nothing;
  const at = phases.findIndex((phase) => phase === run.phase);
  const done = Math.round(run.progress.fraction * 100);
  return html`<ol class="steps" aria-label=${say('Steps of the run')}>
      ${phases.map(
        (phase, i) =>
          html`<li class=${i < at ? 'done' : i === at ? 'now' : ''} aria-current=${i === at ? 'step' : nothing}>${phaseWord(phase)}</li>`,
      )}
    </ol>
    <progress max="100" value=${done} aria-label=${say('Progress of the run')}>${done} %</progress>`;
}

/** How a run ended that left no model, and what can be done about it. */
function outcome(page: Page, run: RunView): Drawn {
  if (isUnderWay(run)) return run.whereReason === null ? nothing : html`<p class="dim">${run.whereReason}</p>`;
  const kept = run.phase === 'interrupted';
  const waits = page.state.busy.some((name) => name.startsWith('run/'));
  return html`<div class="outcome ${run.phase}" role="status">
    <p>${run.sentence ?? say('Nothing was registered.')} ${run.notes.join(' ')}</p>
    ${
      kept
        ? html`<div class="buttons">
            <vscode-button ?disabled=${waits} @click=${() => page.actions.runAgain(run.id)}>${say('Run Again')}</vscode-button>
            <vscode-button appearance="secondary" ?disabled=${waits} @click=${() => page.actions.discardRun(run.id)}
              >${say('Discard')}</vscode-button
            >
          </div>`
        : run.phase === 'failed' || run.phase === 'cancelled'
          ? html`<div class="buttons">
              <vscode-button appearance="secondary" ?disabled=${waits} @click=${() => page.actions.runAgain(run.id)}
                >${say('Run Again')}</vscode-button
              >
            </div>`
          : nothing
    }
  </div>`;
}

function finishedNote(run: RunView | null, model: ModelView): Drawn {
  if (run?.phase !== 'finished' || run.model !== model.number || run.notes.length === 0) return nothing;
  return html`<p class="dim">${run.notes.join(' ')}</p>`;
}

const kindWord = (kind: 'full' | 'delta'): string => (kind === 'delta' ? say('on the delta') : say('in full'));

const phaseTag = (run: RunView): Drawn => {
  switch (run.phase) {
    case 'finished':
    case 'empty':
      return tag('', run.phase === 'empty' ? say('nothing to train') : say('finished'));
    case 'cancelled':
      return tag('', say('cancelled'));
    case 'interrupted':
      return tag('warn', say('interrupted'));
    case 'failed':
      return tag('bad', say('failed'));
    default:
      return html`${tag('run', say('under way'))}${run.where === 'process' ? tag('', say('in its own process')) : nothing}`;
  }
};

function ofRun(run: RunView): ShownRun {
  const { progress } = run;
  return {
    title: html`<span class="dim">${run.parent === null ? kindWord(run.kind) : say('from m{0}, {1}', run.parent, kindWord(run.kind))}</span>${phaseTag(run)}`,
    epochs: progress.epochs,
    atMost: progress.epochsAtMost,
    facts: [
      ['version', versionFact(run.baseSnapshot, run.snapshot)],
      ['delta', run.delta && countsOf(run.delta)],
      ['rows', run.rows && rowsText(run.rows, run.kind)],
      ['reading', readingFact(progress)],
      ['training', trainingFact(progress)],
      ['seen', seenFact(run)],
    ],
  };
}

const versionFact = (base: string | null, snapshot: string | null): unknown =>
  snapshot === null ? null : base === null ? snapshot : `${base} → ${snapshot}`;

const setWord = (set: ReadSet): string => {
  switch (set) {
    case 'train':
      return say('train rows');
    case 'delta':
      return say('delta rows');
    case 'replay':
      return say('replayed rows');
    case 'validation':
      return say('validation rows');
    case 'test':
      return say('test rows');
    case 'baselineDelta':
      return say('delta rows since the baseline');
  }
};

function readingFact(progress: RunProgress): unknown {
  const last = progress.reading.at(-1);
  if (!last) return null;
  const rows = progress.reading.reduce((sum, one) => sum + one.rows, 0);
  const now =
    last.rows < last.expected ? ` · ${setWord(last.set)} ${countText(last.rows)} / ${countText(last.expected)}` : '';
  return html`${say('{0} rows', countText(rows))} · ${say('{0} rows/s', compactText(last.rowsPerSecond))}${now}`;
}

function trainingFact(progress: RunProgress): unknown {
  const last = progress.epochs.at(-1);
  if (!last) return null;
  const rate =
    progress.trainRowsPerSecond === null ? '' : ` · ${say('{0} rows/s', compactText(progress.trainRowsPerSecond))}`;
  return `${say('epoch {0} of {1} at most', last.epoch, progress.epochsAtMost)}${rate}`;
}

const rowsText = (rows: { delta: number; replayed: number; train: number }, kind: 'full' | 'delta'): string =>
  kind === 'full'
    ? say('all {0} train rows', countText(rows.train))
    : say(
        '{0} changed + {1} replayed, of {2} train rows',
        countText(rows.delta),
        countText(rows.replayed),
        countText(rows.train),
      );

function seenFact(run: RunView): unknown {
  const last = run.progress.epochs.at(-1);
  if (!run.rows || run.fullSeen === null || !last) return null;
  const each = run.kind === 'full' ? run.rows.train : run.rows.delta + run.rows.replayed;
  return seenBar(each * last.epoch, run.fullSeen);
}

/** Rows touched against those of a full retrain, as a bar and in figures. */
function seenBar(seen: number, full: number): Drawn {
  const part = full > 0 ? seen / full : 0;
  return html`<span class="samples"
    >${shareBar(part, 92, '', say('Samples seen, against a full retrain: {0}', percentText(part)))}
    ${say('{0} of {1}', compactText(seen), compactText(full))} <span class="dim">(${percentText(part)})</span></span
  >`;
}

function ofModel(model: ModelView): ShownRun {
  const { cost } = model;
  return {
    title: html`<span class="dim">m${model.number}, ${kindWord(model.kind)}</span>`,
    epochs: model.epochs,
    atMost: model.epochs.at(-1)?.epoch ?? 2,
    facts: cost
      ? [
          ['rows', rowsText(cost.rows, model.kind)],
          ['seen', seenBar(cost.seen, cost.fullSeen)],
          ['time', say('reading {0}, training {1}', durationText(cost.readSeconds), durationText(cost.trainSeconds))],
        ]
      : [],
  };
}

const factWord = (name: string): string => {
  const words: Record<string, string> = {
    version: say('version'),
    delta: say('delta'),
    rows: say('rows'),
    reading: say('reading'),
    training: say('training'),
    seen: say('samples seen'),
    time: say('time'),
  };
  return words[name] ?? name;
};

/** `more`: further facts, as terms of the same list, so that all of them are in line. */
const facts = (shown: ShownRun, more: Drawn = nothing): Drawn =>
  html`<dl class="facts num">
    ${shown.facts.map(([name, value]) => (value === null ? nothing : html`<dt>${factWord(name)}</dt><dd>${value}</dd>`))}
    ${more}
  </dl>`;

const curveHeight = 92;
/** Room for the name and the value at a curve's end. */
const labelRoom = 98;

function curves(page: Page, shown: ShownRun): Drawn {
  if (shown.epochs.length === 0) return nothing;
  if (page.state.twins.includes('epochs')) return epochTable(shown.epochs);
  const width = Math.max(120, (page.measures.widthOf('run', 420) - 20) / 2);
  const { epochs, loss, train, validation } = curvesOf(shown.epochs);
  const plot = (
    title: string,
    lines: readonly { name: string; tone: string; values: readonly (number | null)[] }[],
    text: (value: number) => string,
  ): Drawn => {
    const layout = curveLayout(
      epochs,
      lines.map((one) => one.values),
      shown.atMost,
      { width, height: curveHeight, left: 32, right: labelRoom },
    );
    const labels = spreadLabels(
      layout.series.map((one) => one.end?.y ?? curveHeight),
      13,
      8,
      curveHeight - 8,
    );
    const words = lines.map((one, i) => `${one.name} ${text(layout.series[i]?.end?.value ?? 0)}`).join(', ');
    return html`<figure>
      <figcaption>${title}</figcaption>
      <svg width=${width} height=${curveHeight} role="img" aria-label=${say('{0} after {1} epochs: {2}', title, epochs.at(-1) ?? 0, words)}>
        ${layout.ticks.map((tick) => svg`<line class="rule" x1="32" x2=${width - labelRoom} y1=${tick.at} y2=${tick.at}></line><text x="28" y=${tick.at} dy=".32em" text-anchor="end">${text(tick.value)}</text>`)}
        ${lines.map((one, i) => curve(layout.series[i], one.tone, one.name, labels[i] ?? 0, text))}
      </svg>
    </figure>`;
  };
  const hasValidation = validation.some((value) => value !== null);
  return html`<div class="curves" ${ref(page.measures.follow('run'))}>
    ${plot(say('Loss'), [{ name: say('train'), tone: 'first', values: loss }], (value) => value.toFixed(2).replace(/^0\./, '.'))}
    ${plot(
      say('Accuracy'),
      [
        { name: say('train'), tone: 'first', values: train },
        ...(hasValidation ? [{ name: say('validation'), tone: 'second', values: validation }] : []),
      ],
      (value) => shareText(value).slice(0, 4),
    )}
  </div>`;
}

function curve(
  series: { path: string; end: { x: number; y: number; value: number } | null } | undefined,
  tone: string,
  name: string,
  labelAt: number,
  text: (value: number) => string,
): SVGTemplateResult | typeof nothing {
  if (!series?.end) return nothing;
  return svg`<path class="curve ${tone}" d=${series.path}></path><circle class="end ${tone}" cx=${series.end.x} cy=${series.end.y} r="2.5"></circle>
    <text class="label ${tone}" x=${series.end.x + 7} y=${labelAt} dy=".32em">${name} ${text(series.end.value)}</text>`;
}

function epochTable(epochs: readonly EpochRecord[]): Drawn {
  return html`<div class="wide short" tabindex="0" role="region" aria-label=${say('Epochs')}><table class="rows num" aria-label=${say('Loss and accuracy of each epoch')}>
    <thead>
      <tr>
        <th scope="col" class="end">${say('epoch')}</th>
        <th scope="col" class="end">${say('loss')}</th>
        <th scope="col" class="end">${say('train accuracy')}</th>
        <th scope="col" class="end">${say('validation accuracy')}</th>
      </tr>
    </thead>
    <tbody>
      ${epochs.map(
        (one) =>
          html`<tr>
            <td class="end">${one.epoch}</td>
            <td class="end">${one.loss.toFixed(4)}</td>
            <td class="end">${shareText(one.trainAccuracy)}</td>
            <td class="end">${one.validationAccuracy === null ? '–' : shareText(one.validationAccuracy)}</td>
          </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** What the models from the root to this one cost together, against a full retrain at each version. */
function ledger(training: TrainingState, model: ModelView): Drawn {
  const costs = lineageOf(training.models, model).flatMap(({ cost }) => cost ?? []);
  if (costs.length < 2) return nothing;
  const sum = (of: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((total, cost) => total + of(cost), 0);
  const seen = sum((cost) => cost.seen);
  const seconds = sum((cost) => cost.readSeconds + cost.trainSeconds);
  return html`<dt>${say('lineage')}</dt>
    <dd>
      ${seenBar(
        seen,
        sum((cost) => cost.fullSeen),
      )}
      <span class="dim">· ${say('{0} models in {1}', costs.length, durationText(seconds))}</span>
    </dd>`;
}
