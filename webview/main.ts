/** The page of a panel: asks the host for everything, keeps it in one state, and draws that state. */
import './styles/page.css';
import './styles/charts.css';
import './styles/form.css';
import './styles/grid.css';
import { html, render, type TemplateResult } from 'lit-html';
import { invariant } from '../src/base/assert.ts';
import type { Show } from '../src/protocol/panel.ts';
import { FormActions } from './form/formActions.ts';
import { formView } from './form/formView.ts';
import { Actions } from './page/actions.ts';
import { connectHost } from './page/host.ts';
import { askUntilAnswered } from './page/ready.ts';
import { SpoolGrid } from './page/spoolGrid.ts';
import { type Action, emptyState, modelOf, reduce, selectedBy, type State } from './page/state.ts';
import { Measures } from './ui/measure.ts';
import { defineControls } from './ui/toolkit.ts';
import { accuracyView } from './views/accuracy.ts';
import { compareView } from './views/compare.ts';
import { deltaView } from './views/delta.ts';
import { headerView } from './views/header.ts';
import { judgementView } from './views/judgement.ts';
import { lineageView } from './views/lineage.ts';
import { measuresView } from './views/measures.ts';
import { matrixView } from './views/matrix.ts';
import { cellDialog, noticeView } from './views/overlays.ts';
import type { Page } from './views/parts.ts';
import { resultsView } from './views/results.ts';
import { runView } from './views/run.ts';
import { slicesView } from './views/slices.ts';
import { showVerdict, VerdictWatch, watchPerson } from './page/verdictWatch.ts';
import { say, setTranslations } from '../src/base/say.ts';

const place = document.getElementById('app');
invariant(place, 'the page has its place');

let state: State = emptyState;
let frame = 0;
const watch = new VerdictWatch();

function dispatch(action: Action): void {
  const before = state;
  state = reduce(state, action);
  if (state !== before) redraw();
  if (action.kind === 'select') watch.leave();
  const ended = watch.due(state.training);
  if (ended === null) return;
  dispatch({ kind: 'select', model: ended });
  // After the drawing that is asked for by now.
  requestAnimationFrame(showVerdict);
}

const redraw = (): void => {
  frame ||= requestAnimationFrame(draw);
};

const { host, report, hasTrainer } = connectHost(document.body.dataset['trainer'] ?? '', {
  'training/changed': (training) => dispatch({ kind: 'training', state: training }),
  'results/changed': (results) => dispatch({ kind: 'results', state: results }),
  'run/changed': (run) => dispatch({ kind: 'run', run }),
  'run/event': ({ run, event }) => dispatch({ kind: 'runEvent', run, event }),
  'panel/show': (show) => bringIntoView(show),
  'form/changed': (findings) => dispatch({ kind: 'form', change: { findings } }),
});

const store = {
  get state() {
    return state;
  },
  dispatch,
};
const actions = new Actions(host, store, watch);
const formActions = new FormActions(actions, store);
const measures = new Measures(redraw);
/** Made when the translations are here, as it is labelled. */
let grid: SpoolGrid | undefined;

function bringIntoView(show: Show | null): void {
  if (!show) return;
  const selected = selectedBy(show);
  if (selected !== null) dispatch({ kind: 'select', model: selected });
  if (show.section === 'compare') actions.compare(show.models);
  if (show.section === 'delta') actions.openDelta(show.from, show.to);
  // What waits for a person stands first.
  const ofModel = modelOf(state, selected)?.status === 'held' ? 'judgement' : 'accuracy';
  const id = show.section === 'model' ? ofModel : show.section;
  // The delta is the last section and still empty: at the top of the window its rows have room when they arrive.
  const block = id === 'delta' ? 'start' : 'nearest';
  requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block }));
}

function draw(): void {
  frame = 0;
  const about = { state, actions };
  const body = grid ? bodyOf({ ...about, measures, grid }) : html`<p class="empty">${say('Loading …')}</p>`;
  render(html`${body} ${noticeView(about)} ${cellDialog(about)}`, place as HTMLElement);
}

function bodyOf(page: Page): TemplateResult {
  const { training, results, form } = page.state;
  if (form) return html`${formView(form, formActions)}`;
  if (results) return html`${resultsView(page, results)}`;
  if (!training) return html``;
  return html`${headerView(page, training)} ${judgementView(page, training)} ${compareView(page, training)}
    <div class="columns">
      <div>${accuracyView(page, training)} ${measuresView(page, training)} ${matrixView(page, training)} ${slicesView(page)}</div>
      <div>${runView(page, training)} ${lineageView(page, training)}</div>
    </div>
    ${deltaView(page, training)}`;
}

addEventListener('error', (event) => report(`${event.message} (${event.filename}:${event.lineno})`));
addEventListener('unhandledrejection', (event) =>
  report(String((event.reason as Error | undefined)?.stack ?? event.reason)),
);
document.addEventListener('securitypolicyviolation', (event) =>
  report(say('The content policy refused {0} {1}', event.violatedDirective, event.blockedURI)),
);

defineControls();
watchPerson(() => watch.leave());
redraw();
void start();

async function start(): Promise<void> {
  try {
    // A question more would take the worker of a run from it.
    const view = await askUntilAnswered(
      () => host.grid.call('panel/ready', null),
      () => !hasTrainer(),
    );
    setTranslations(view.strings);
    const label = view.page === 'results' ? say('Rows of the statement') : say('Changed rows');
    grid = new SpoolGrid(label, actions, () => state);
    dispatch({ kind: 'ready', view });
    bringIntoView(view.show);
  } catch (error) {
    actions.fail(error);
  }
}
