/** Everything the page shows, and the one function that changes it. The host holds the truth: `ready` rebuilds it all. */
import type {
  DeltaEnd,
  DeltaProgress,
  MatrixCell,
  ModelView,
  PanelView,
  ResultsState,
  RunView,
  Show,
  SpoolInfo,
  StatementResult,
  TrainingState,
} from '../../src/protocol/panel.ts';
import type { FormAnswers, FormFindings, FormState } from '../../src/protocol/form.ts';
import type { DeltaCounts } from '../../src/data/change.ts';
import type { TrainEvent } from '../../src/data/trainer.ts';
import {
  type CellFilter,
  type ChangedPairs,
  type Distribution,
  type SpoolView,
  wholeView,
} from '../../src/protocol/engine.ts';
import { progressAfter } from '../../src/protocol/runProgress.ts';
import { allWanted, type Wanted } from './wanted.ts';

/** How a grid is looked at. */
export interface Look {
  readonly view: SpoolView;
  /** For each column of a delta the updated rows that changed in it; null while that is not known. */
  readonly changes: readonly number[] | null;
  /** Columns that did not change are left out. */
  readonly onlyChanged: boolean;
  /** The side of the split whose rows are shown; null: all. */
  readonly side: Side | null;
  /** Rows that pass the filter and the flag; null while that is not known. */
  readonly inView: number | null;
  readonly distribution: {
    readonly column: number;
    readonly data: Distribution | null;
    /** What updated rows changed from and to in it; null while that is counted. */
    readonly pairs: ChangedPairs | null;
  } | null;
}

/** A side of a training's split. */
export type Side = 'train' | 'validation' | 'test';

/** What changes of a look; of its view just the parts that are named, so that a late change undoes no other. */
export type LookChange = Partial<Omit<Look, 'view'>> & { readonly view?: Partial<SpoolView> };

export const plainLook: Look = {
  view: wholeView,
  changes: null,
  onlyChanged: false,
  side: null,
  inView: null,
  distribution: null,
};

/** The delta that is open on the training page, as far as it has come. */
export interface DeltaView {
  /** Grows with every opening, so that answers to an earlier one are known as late. */
  readonly opening: number;
  readonly from: string;
  /** As asked for; null is live. */
  readonly to: string | null;
  /** What it is filtered by at first. */
  readonly wanted: Wanted;
  /** As the host fixed it. */
  readonly fixedTo: string | null;
  readonly restorable: string | null;
  readonly way: string | null;
  /** Columns that came, went or changed their type, as a sentence. */
  readonly columns: string | null;
  readonly spool: SpoolInfo | null;
  readonly counts: DeltaCounts | null;
  readonly ms: number | null;
  readonly sentence: string | null;
}

/** What is told at the foot of the page until it is closed or another one comes. */
export interface Notice {
  readonly kind: 'info' | 'warning' | 'error';
  readonly text: string;
  /** A safety snapshot that would undo what the notice tells of. */
  readonly undo: string | null;
}

/** One cell's whole value, in the dialog over the page. */
export interface OpenCell {
  readonly column: string;
  readonly type: string;
  readonly row: string;
  readonly before: string | null;
  readonly value: string;
}

/** The form of the page: what a person answered so far, and what is said of it. */
export interface FormPage {
  readonly state: Omit<FormState, 'answers' | 'findings'>;
  readonly answers: FormAnswers;
  readonly findings: FormFindings;
}

export type Twin = 'accuracy' | 'epochs';

/** Everything that the page shows; never changed, only followed by another one. */
export interface State {
  readonly training: TrainingState | null;
  readonly results: ResultsState | null;
  readonly form: FormPage | null;
  /** Number of the model that the page is about. */
  readonly selected: number | null;
  /** Two models that are compared, until that is closed. */
  readonly compared: readonly [number, number] | null;
  /** Charts that are shown as their table. */
  readonly twins: readonly Twin[];
  readonly matrix: 'accuracy' | 'forgetting';
  /** Why a cell of the matrix is not there, by `cellKey`; `null` while it is being worked out. */
  readonly cells: Readonly<Record<string, string | null>>;
  readonly delta: DeltaView | null;
  readonly deltaLook: Look;
  /** Id of the statement whose result is shown. */
  readonly statement: number | null;
  readonly looks: Readonly<Record<number, Look>>;
  /** Calls under way, by name: their buttons wait. */
  readonly busy: readonly string[];
  readonly notice: Notice | null;
  readonly openCell: OpenCell | null;
}

/** Before the host has said anything. */
export const emptyState: State = {
  training: null,
  results: null,
  form: null,
  selected: null,
  compared: null,
  twins: [],
  matrix: 'accuracy',
  cells: {},
  delta: null,
  deltaLook: plainLook,
  statement: null,
  looks: {},
  busy: [],
  notice: null,
  openCell: null,
};

/** What changes the state: words of the host, answers to calls, and what a person did. */
export type Action =
  | { readonly kind: 'ready'; readonly view: PanelView }
  | { readonly kind: 'training'; readonly state: TrainingState }
  | { readonly kind: 'results'; readonly state: ResultsState }
  | { readonly kind: 'run'; readonly run: RunView }
  | { readonly kind: 'runEvent'; readonly run: number; readonly event: TrainEvent }
  | { readonly kind: 'select'; readonly model: number }
  | { readonly kind: 'compare'; readonly models: State['compared'] }
  | { readonly kind: 'twin'; readonly twin: Twin; readonly shown: boolean }
  | { readonly kind: 'matrix'; readonly mode: State['matrix'] }
  | { readonly kind: 'cellWait'; readonly key: string }
  | { readonly kind: 'cellGot'; readonly cell: MatrixCell }
  | { readonly kind: 'cellFailed'; readonly key: string; readonly sentence: string | null }
  | {
      readonly kind: 'deltaOpen';
      readonly opening: number;
      readonly from: string;
      readonly to: string | null;
      readonly wanted?: Wanted;
    }
  | { readonly kind: 'deltaProgress'; readonly opening: number; readonly progress: DeltaProgress }
  | { readonly kind: 'deltaEnd'; readonly opening: number; readonly end: DeltaEnd }
  | { readonly kind: 'deltaFailed'; readonly opening: number; readonly sentence: string }
  | { readonly kind: 'look'; readonly statement: number | null; readonly look: LookChange }
  | { readonly kind: 'statement'; readonly id: number }
  | { readonly kind: 'form'; readonly change: Partial<FormPage> }
  | { readonly kind: 'busy'; readonly name: string; readonly on: boolean }
  | { readonly kind: 'notice'; readonly notice: Notice | null }
  | { readonly kind: 'openCell'; readonly cell: OpenCell | null };

/** What a cell of the matrix is called in `State.cells`. */
export const cellKey = (cell: { readonly model: number; readonly snapshot: string }): string =>
  `${cell.model} ${cell.snapshot}`;

/** The model of that number; null where the page has none. */
export const modelOf = (state: State, number: number | null): ModelView | null =>
  state.training?.models.find((model) => model.number === number) ?? null;

/** The statement whose result is shown: the one that was chosen, else the newest. */
export const statementOf = (state: State): StatementResult | null =>
  state.results?.results.find((one) => one.id === state.statement) ?? state.results?.results.at(-1) ?? null;

/** How a grid is looked at: that of a statement's result, or for null that of the delta. */
export const lookOf = (state: State, statement: number | null): Look =>
  statement === null ? state.deltaLook : (state.looks[statement] ?? plainLook);

/**
 * The state after an action. It is pure; what it does not know (a late answer, an event of another run) it leaves out.
 */
export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case 'ready':
      return ready(action.view);
    case 'training':
      return withTraining(state, action.state);
    case 'results':
      return {
        ...state,
        results: action.state,
        statement: statementAfter(state, action.state),
        looks: looksAfter(state.looks, action.state),
      };
    case 'run':
      return withRun(state, action.run);
    case 'runEvent':
      return withRunEvent(state, action.run, action.event);
    case 'cellWait':
    case 'cellGot':
    case 'cellFailed':
      return withCell(state, action);
    case 'deltaOpen':
    case 'deltaProgress':
    case 'deltaEnd':
    case 'deltaFailed':
      return withDelta(state, action);
    default:
      return withChoice(state, action);
  }
}

type Choice = Extract<
  Action,
  { kind: 'select' | 'compare' | 'twin' | 'matrix' | 'look' | 'statement' | 'form' | 'busy' | 'notice' | 'openCell' }
>;

/** What a person chose, and what tells of it. */
function withChoice(state: State, action: Choice): State {
  switch (action.kind) {
    case 'select':
      return { ...state, selected: action.model };
    case 'compare':
      return { ...state, compared: action.models };
    case 'twin':
      return {
        ...state,
        twins: action.shown ? [...new Set([...state.twins, action.twin])] : without(state.twins, action.twin),
      };
    case 'matrix':
      return { ...state, matrix: action.mode };
    case 'look':
      return withLook(state, action.statement, action.look);
    case 'statement':
      return { ...state, statement: action.id };
    case 'form':
      return state.form ? { ...state, form: { ...state.form, ...action.change } } : state;
    case 'busy':
      return { ...state, busy: action.on ? [...state.busy, action.name] : without(state.busy, action.name) };
    case 'notice':
      return { ...state, notice: action.notice };
    case 'openCell':
      return { ...state, openCell: action.cell };
  }
}

/** `show` as the host asked: a model is selected here; opening a delta is a call, so it is left to who calls. */
export const selectedBy = (show: Show | null): number | null => (show?.section === 'model' ? show.model : null);

function ready(view: PanelView): State {
  if (view.page === 'results') {
    const { state } = view;
    return {
      ...emptyState,
      results: state,
      statement: state.results.at(-1)?.id ?? null,
      looks: looksAfter({}, state),
    };
  }
  if (view.page === 'form') {
    const { answers, findings, ...rest } = view.state;
    return { ...emptyState, form: { state: rest, answers, findings } };
  }
  const selected = selectedBy(view.show) ?? view.state.models.at(-1)?.number ?? null;
  return { ...emptyState, training: view.state, selected };
}

/** A selection of the newest model follows to the next newest; any other stays where it is. */
function withTraining(state: State, training: TrainingState): State {
  const newestBefore = state.training?.models.at(-1)?.number ?? null;
  const newest = training.models.at(-1)?.number ?? null;
  const there = training.models.some((model) => model.number === state.selected);
  const selected = !there || state.selected === newestBefore ? newest : state.selected;
  return { ...state, training, selected };
}

/** Events of a run that is not the one shown come late, and are left out. */
function withRunEvent(state: State, id: number, event: TrainEvent): State {
  const run = state.training?.run;
  return run?.id === id ? withRun(state, { ...run, progress: progressAfter(run.progress, event) }) : state;
}

function withRun(state: State, run: RunView): State {
  return state.training ? { ...state, training: { ...state.training, run } } : state;
}

/** A statement that was added is shown; else the choice stays. */
function statementAfter(state: State, results: ResultsState): number | null {
  const newest = results.results.at(-1)?.id ?? null;
  const newestBefore = state.results?.results.at(-1)?.id ?? null;
  const there = results.results.some((one) => one.id === state.statement);
  return there && newest === newestBefore ? state.statement : newest;
}

/** Rows that were asked for by a condition are filtered by it at first; then a person may take it away. */
function looksAfter(looks: State['looks'], { results }: ResultsState): State['looks'] {
  const fresh = results.flatMap(({ id, rows, spool }) => {
    if (!spool || !rows || rows.where.length === 0 || looks[id]) return [];
    const cells = rows.where.map(({ column, value }) => {
      const index = spool.columns.findIndex(({ name }) => name === column);
      return { kind: 'is' as const, column: index, value };
    });
    const view = { ...wholeView, cells: cells.filter(({ column }) => column >= 0) };
    return [[id, { ...plainLook, view }] as const];
  });
  return fresh.length === 0 ? looks : { ...looks, ...Object.fromEntries(fresh) };
}

function withLook(state: State, statement: number | null, change: LookChange): State {
  const before = lookOf(state, statement);
  const view = change.view ? { ...before.view, ...change.view } : before.view;
  const inView = change.view ? null : before.inView;
  const look = { ...before, inView, ...change, view };
  return statement === null
    ? { ...state, deltaLook: look }
    : { ...state, looks: { ...state.looks, [statement]: look } };
}

type CellAction = Extract<Action, { kind: 'cellWait' | 'cellGot' | 'cellFailed' }>;

function withCell(state: State, action: CellAction): State {
  if (action.kind === 'cellWait') return { ...state, cells: { ...state.cells, [action.key]: null } };
  const key = action.kind === 'cellGot' ? cellKey(action.cell) : action.key;
  const { [key]: _ended, ...cells } = state.cells;
  if (action.kind === 'cellFailed')
    return { ...state, cells: action.sentence === null ? cells : { ...cells, [key]: action.sentence } };
  if (!state.training) return state;
  const matrix = [...state.training.matrix.filter((one) => cellKey(one) !== key), action.cell];
  return { ...state, cells, training: { ...state.training, matrix } };
}

type DeltaAction = Extract<Action, { kind: 'deltaOpen' | 'deltaProgress' | 'deltaEnd' | 'deltaFailed' }>;

function withDelta(state: State, action: DeltaAction): State {
  if (action.kind === 'deltaOpen') {
    const { opening, from, to, wanted = allWanted } = action;
    const nothing = {
      fixedTo: null,
      restorable: null,
      way: null,
      columns: null,
      spool: null,
      counts: null,
      ms: null,
      sentence: null,
    };
    return { ...state, delta: { opening, from, to, wanted, ...nothing }, deltaLook: plainLook };
  }
  const { delta } = state;
  if (!delta || delta.opening !== action.opening) return state;
  if (action.kind === 'deltaFailed') return { ...state, delta: { ...delta, sentence: action.sentence } };
  if (action.kind === 'deltaEnd') {
    const { spool, counts, ms } = action.end;
    return { ...state, delta: { ...delta, spool, counts, ms } };
  }
  const { spool, to, restorable, way, columns } = action.progress;
  const shown = { ...state, delta: { ...delta, spool, fixedTo: to, restorable, way, columns } };
  return delta.spool ? shown : withWanted(shown, spool);
}

/** What the delta was opened for: rows of a group, as soon as its columns are known. */
function withWanted(state: State, { columns }: SpoolInfo): State {
  const { cells: wanted, flag } = state.delta?.wanted ?? allWanted;
  const cells = wanted.flatMap((filter): CellFilter[] => {
    const column = columns.findIndex(({ name }) => name === filter.column);
    return column < 0 ? [] : [{ ...filter, column }];
  });
  return cells.length === 0 && flag === null ? state : withLook(state, null, { view: { cells, flag } });
}

const without = <T>(items: readonly T[], item: T): readonly T[] => items.filter((one) => one !== item);
