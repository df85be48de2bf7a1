import { expect, test } from 'vitest';
import type { TrainEvent } from '../../src/data/trainer.ts';
import type { PanelView, ResultsState, SpoolInfo, StatementResult } from '../../src/protocol/panel.ts';
import {
  type Action,
  cellKey,
  emptyState,
  lookOf,
  modelOf,
  plainLook,
  reduce,
  type State,
  statementOf,
} from '../../webview/page/state.ts';
import { fourModels, noModel, running, worse } from '../ui/panel/panelData.ts';

const after = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);
const readyWith = (view: Partial<PanelView> = {}): Action => ({
  kind: 'ready',
  view: { strings: {}, show: null, page: 'training', state: fourModels, ...view } as PanelView,
});

test('ready rebuilds everything from the answer, whatever was there', () => {
  const used = after(
    emptyState,
    readyWith(),
    { kind: 'select', model: 2 },
    { kind: 'twin', twin: 'accuracy', shown: true },
    { kind: 'notice', notice: { kind: 'info', text: 'x', undo: null } },
    { kind: 'deltaOpen', opening: 1, from: 'weather_v1', to: null },
  );
  expect(reduce(used, readyWith())).toEqual(reduce(emptyState, readyWith()));
});

test('the newest model is selected at first, or the one that is to be shown', () => {
  expect(after(emptyState, readyWith()).selected).toBe(4);
  expect(after(emptyState, readyWith({ show: { section: 'model', model: 2 } })).selected).toBe(2);
  expect(after(emptyState, readyWith({ state: noModel } as Partial<PanelView>)).selected).toBeNull();
});

test('a selection of the newest model follows to the next one; another stays', () => {
  const arrives: Action = { kind: 'training', state: worse };
  expect(after(emptyState, readyWith(), arrives).selected).toBe(5);
  expect(after(emptyState, readyWith(), { kind: 'select', model: 2 }, arrives).selected).toBe(2);
  const gone = { ...worse, models: worse.models.slice(3) };
  expect(after(emptyState, readyWith(), { kind: 'select', model: 2 }, { kind: 'training', state: gone }).selected).toBe(
    5,
  );
});

const epoch = (n: number, loss: number): TrainEvent => ({
  kind: 'epoch',
  epoch: n,
  epochs: 12,
  loss,
  trainAccuracy: 0.8,
  validationAccuracy: null,
  rowsPerSecond: 1e6,
  fraction: n / 14,
});

test('events of the run add up', () => {
  const state = after(
    emptyState,
    readyWith(),
    { kind: 'run', run: running },
    {
      kind: 'runEvent',
      run: 7,
      event: { kind: 'reading', set: 'delta', rows: 100, expected: 511, rowsPerSecond: 4e5 },
    },
    {
      kind: 'runEvent',
      run: 7,
      event: { kind: 'reading', set: 'delta', rows: 511, expected: 511, rowsPerSecond: 4e5 },
    },
    { kind: 'runEvent', run: 7, event: epoch(1, 0.9) },
    { kind: 'runEvent', run: 7, event: epoch(2, 0.7) },
    { kind: 'runEvent', run: 7, event: { kind: 'testing', fraction: 0.95 } },
  );
  const { progress } = state.training?.run ?? {};
  expect(progress?.reading).toEqual([{ set: 'delta', rows: 511, expected: 511, rowsPerSecond: 4e5 }]);
  expect(progress?.epochs.map((one) => one.loss)).toEqual([0.9, 0.7]);
  expect(progress).toMatchObject({ epochsAtMost: 12, trainRowsPerSecond: 1e6, fraction: 0.95, testing: true });
});

test.each<[string, TrainEvent]>([
  ['an epoch', epoch(2, 0.1)],
  ['rows that are read', { kind: 'reading', set: 'delta', rows: 9, expected: 9, rowsPerSecond: 1 }],
  ['the test at the end', { kind: 'testing', fraction: 0.95 }],
])('%s of another run is left out', (_, event) => {
  const state = after(
    emptyState,
    readyWith(),
    { kind: 'run', run: running },
    { kind: 'runEvent', run: 7, event: epoch(1, 0.9) },
  );
  expect(after(state, { kind: 'runEvent', run: 6, event })).toEqual(state);
});

test('an epoch told again replaces itself and what came after', () => {
  const told = [1, 2, 3].map((n): Action => ({ kind: 'runEvent', run: 7, event: epoch(n, n) }));
  const state = after(emptyState, readyWith(), { kind: 'run', run: running }, ...told, {
    kind: 'runEvent',
    run: 7,
    event: epoch(2, 0.5),
  });
  expect(state.training?.run?.progress.epochs.map((one) => one.loss)).toEqual([1, 0.5]);
});

test('a cell of the matrix waits, then is there or says why not', () => {
  const key = cellKey({ model: 2, snapshot: 'weather_v4' });
  const waits = after(emptyState, readyWith(), { kind: 'cellWait', key });
  expect(waits.cells[key]).toBeNull();
  const cell = { model: 2, snapshot: 'weather_v4', accuracy: 0.7, low: 0.6, high: 0.8, n: 438 };
  const got = after(waits, { kind: 'cellGot', cell });
  expect(got.cells).toEqual({});
  expect(got.training?.matrix).toContainEqual(cell);
  expect(after(waits, { kind: 'cellFailed', key, sentence: 'gone' }).cells[key]).toBe('gone');
  expect(after(waits, { kind: 'cellFailed', key, sentence: null }).cells).toEqual({});
});

test('answers to an earlier opening of a delta are left out', () => {
  const spool = { id: 1, columns: [], keyColumns: 0, rows: 3, complete: false, truncated: false };
  const state = after(
    emptyState,
    readyWith(),
    { kind: 'deltaOpen', opening: 1, from: 'weather_v1', to: 'weather_v2' },
    { kind: 'look', statement: null, look: { view: { filter: 'x' } } },
    { kind: 'deltaOpen', opening: 2, from: 'weather_v2', to: null },
    {
      kind: 'deltaProgress',
      opening: 1,
      progress: { spool, from: 'weather_v1', to: 'weather_v2', restorable: null, way: null, columns: null },
    },
    { kind: 'deltaFailed', opening: 1, sentence: 'Cancelled.' },
  );
  expect(state.delta).toMatchObject({ opening: 2, from: 'weather_v2', spool: null, sentence: null });
  expect(state.deltaLook).toBe(plainLook);
  const ended = after(
    state,
    {
      kind: 'deltaProgress',
      opening: 2,
      progress: {
        spool,
        from: 'weather_v2',
        to: 'live at 9:00',
        restorable: 'weather_v2',
        way: 'Found by comparing: a column is an ENUM.',
        columns: 'New columns: wind.',
      },
    },
    {
      kind: 'deltaEnd',
      opening: 2,
      end: { spool: { ...spool, complete: true }, counts: { inserted: 3, updated: 0, deleted: 0 }, ms: 5 },
    },
  );
  expect(ended.delta).toMatchObject({
    fixedTo: 'live at 9:00',
    restorable: 'weather_v2',
    way: 'Found by comparing: a column is an ENUM.',
    columns: 'New columns: wind.',
    counts: { inserted: 3 },
    ms: 5,
  });
});

const statement = (id: number): StatementResult => ({
  id,
  sql: `SELECT ${id}`,
  state: 'done',
  sentence: null,
  shape: 'none',
  spool: null,
  delta: null,
  rows: null,
  affected: 0,
  ms: 1,
});
const results = (...ids: number[]): ResultsState => ({
  title: 'x.sql',
  connection: 'local',
  environment: 'development',
  results: ids.map(statement),
});

test('a new statement is shown; a changed one leaves the choice alone; looks are kept by statement', () => {
  const first = after(emptyState, readyWith({ page: 'results', state: results(1, 2) } as Partial<PanelView>));
  expect(statementOf(first)?.id).toBe(2);
  const chosen = after(
    first,
    { kind: 'statement', id: 1 },
    { kind: 'look', statement: 1, look: { onlyChanged: true } },
    { kind: 'results', state: results(1, 2) },
  );
  expect(statementOf(chosen)?.id).toBe(1);
  expect(lookOf(chosen, 1).onlyChanged).toBe(true);
  expect(lookOf(chosen, 2)).toBe(plainLook);
  expect(statementOf(after(chosen, { kind: 'results', state: results(1, 2, 3) }))?.id).toBe(3);
});

test('rows that were asked for by a value are filtered by it as soon as their columns are known, and the filter can go', () => {
  const spool = (columns: string[]): SpoolInfo => ({
    id: 1,
    columns: columns.map((name) => ({ name, type: '' })),
    keyColumns: 1,
    rows: 3,
    complete: true,
    truncated: false,
  });
  const where = [{ column: 'city', value: 'New York' }];
  const of = (columns: string[] | null): ResultsState => ({
    ...results(1),
    results: [
      { ...statement(1), spool: columns && spool(columns), rows: { table: 'noaa.weather', at: 'weather_v4', where } },
    ],
  });
  const waiting = after(emptyState, readyWith({ page: 'results', state: of(null) } as Partial<PanelView>));
  expect(lookOf(waiting, 1)).toBe(plainLook);
  const shown = after(waiting, { kind: 'results', state: of(['id', 'city']) });
  expect(lookOf(shown, 1).view.cells).toEqual([{ kind: 'is', column: 1, value: 'New York' }]);
  const freed = after(
    shown,
    { kind: 'look', statement: 1, look: { view: { cells: [] } } },
    { kind: 'results', state: of(['id', 'city']) },
  );
  expect(lookOf(freed, 1).view.cells).toEqual([]);
  const delta = after(
    emptyState,
    readyWith(),
    {
      ...{ kind: 'deltaOpen', opening: 1, from: 'weather_v1', to: null },
      wanted: {
        cells: [...where.map((one) => ({ kind: 'is' as const, ...one })), { kind: 'changed', column: 'gone' }],
        flag: 'updated',
      },
    },
    {
      kind: 'deltaProgress',
      opening: 1,
      progress: {
        spool: spool(['id', 'city']),
        from: 'weather_v1',
        to: 'live',
        restorable: null,
        way: null,
        columns: null,
      },
    },
  );
  expect(delta.deltaLook.view).toMatchObject({
    cells: [{ kind: 'is', column: 1, value: 'New York' }],
    flag: 'updated',
  });
});

test('a change of the view leaves its other parts alone, and the number of rows in view is unknown again', () => {
  const state = after(
    emptyState,
    readyWith(),
    { kind: 'look', statement: null, look: { view: { sort: [{ column: 2, descending: true }] } } },
    { kind: 'look', statement: null, look: { inView: 12 } },
    { kind: 'look', statement: null, look: { distribution: { column: 1, data: null, pairs: null } } },
  );
  expect(state.deltaLook).toMatchObject({ inView: 12, view: { sort: [{ column: 2 }], filter: '', flag: null } });
  const filtered = after(state, { kind: 'look', statement: null, look: { view: { filter: 'rain' } } });
  expect(filtered.deltaLook).toMatchObject({
    inView: null,
    view: { sort: [{ column: 2 }], filter: 'rain', flag: null },
  });
});

test('what is busy is a list of names, and twins are shown once', () => {
  const state = after(
    emptyState,
    readyWith(),
    { kind: 'busy', name: 'run/start', on: true },
    { kind: 'busy', name: 'model/promote', on: true },
    { kind: 'busy', name: 'run/start', on: false },
    { kind: 'twin', twin: 'accuracy', shown: true },
    { kind: 'twin', twin: 'accuracy', shown: true },
  );
  expect(state.busy).toEqual(['model/promote']);
  expect(state.twins).toEqual(['accuracy']);
  expect(modelOf(state, 4)?.snapshot).toBe('weather_v4');
  expect(after(state, { kind: 'twin', twin: 'accuracy', shown: false }).twins).toEqual([]);
});
