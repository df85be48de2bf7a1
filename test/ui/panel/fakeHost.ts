// Runs inside the tested page in place of VS Code: answers the panel's contract from what the test hands over. Messages go
// through the same narrow pipe as VS Code's: JSON, with buffers apart; a bigint does not pass.
import { Failure } from '../../../src/base/failure.ts';
import { flagNames } from '../../../src/data/change.ts';
import { packCells, packRows } from '../../../src/data/page.ts';
import type { RowSet, TrainEvent } from '../../../src/data/trainer.ts';
import type { Plan } from '../../../src/data/training.ts';
import { inRange } from '../../../src/data/rowHash.ts';
import { sameValue, textOf, type Value } from '../../../src/data/value.ts';
import type { SpoolPage, SpoolView } from '../../../src/protocol/engine.ts';
import type { Envelope, PanelView, SpoolInfo } from '../../../src/protocol/panel.ts';
import type { FormAnswers, FormFindings } from '../../../src/protocol/form.ts';
import type {
  FormContract,
  PageContract,
  ResultsContract,
  TrainingContract,
} from '../../../src/protocol/panelContracts.ts';
import { type Answers, type Caller, connect, type Port } from '../../../src/protocol/rpc.ts';
import { remoteTrainer } from '../../../src/protocol/remoteTrainer.ts';
import { qualityOf } from '../../../src/words/measures.ts';
import { checkAnswers } from '../../../src/app/form/checkAnswers.ts';
import { resultColumns } from './resultColumns.ts';

/** This host answers to every page. */
export type EitherContract = TrainingContract & ResultsContract & FormContract;

/** A changed row as the test gives it. */
export interface GivenChange {
  readonly flag: 'inserted' | 'updated' | 'deleted';
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
  readonly hash: string;
}

/** What the test hands over. */
export interface Given {
  readonly view: PanelView;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly keyColumns: number;
  readonly delta: readonly GivenChange[];
  /** Rows of the generated result; row i holds [i, i³ as a 64-bit integer, a word, null now and then, …]. */
  readonly resultRows: number;
  /** Messages between the page and its host that are lost at first, by their direction. */
  readonly lost: { readonly toHost: number; readonly toPage: number };
}

export interface FakeHost {
  readonly calls: { readonly name: string; readonly p: unknown }[];
  readonly problems: string[];
  readonly lost: string[];
  readonly fromTrainer: unknown[];
  readonly caller: Caller<PageContract>;
  emit(name: keyof EitherContract['events'], p: unknown): void;
  toTrainer(message: unknown): void;
  /** Trains in the page's worker, as the extension host would; the rows of each set in order. */
  train(
    plan: Plan,
    columns: Given['columns'],
    sets: Readonly<Record<RowSet, readonly (readonly Value[])[]>>,
  ): Promise<{ weightsSha256: string; accuracy: number; artifactBytes: number; events: TrainEvent['kind'][] }>;
}

declare global {
  interface Window {
    given: Given;
    fakeHost: FakeHost;
    acquireVsCodeApi: () => { postMessage(message: unknown): void };
  }
}

/** As VS Code carries a message: JSON, with array buffers and views on them taken out and put back. */
function carried(message: unknown): unknown {
  const buffers: ArrayBuffer[] = [];
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof ArrayBuffer) return { buffer: buffers.push(value.slice(0)) - 1 };
    if (!ArrayBuffer.isView(value)) return value;
    const { byteOffset, byteLength, buffer } = value;
    const name = value.constructor.name;
    return { view: name, buffer: buffers.push((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)) - 1 };
  });
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('buffer' in value)) return value;
    const buffer = buffers[value.buffer as number];
    if (!('view' in value)) return buffer;
    const Views = { Float64Array, BigInt64Array, BigUint64Array, Uint8Array } as Record<
      string,
      new (
        from: ArrayBuffer,
      ) => unknown
    >;
    const View = Views[String(value.view)];
    if (!View || !buffer) throw new Error(`VS Code does not carry ${String(value.view)}`);
    return new View(buffer);
  });
}

const given = window.given;
const calls: FakeHost['calls'] = [];
const problems: string[] = [];
const lost: string[] = [];
const fromTrainer: unknown[] = [];
let deliver: (message: unknown) => void = () => {};
let hearTrainer: (message: unknown) => void = (message) => fromTrainer.push(message);

const losses = { ...given.lost };

const toPage = (envelope: Envelope): void => {
  if (losses.toPage-- > 0) return;
  const data = carried(envelope);
  queueMicrotask(() => dispatchEvent(new MessageEvent('message', { data })));
};

const port: Port = {
  post: (message) => toPage({ channel: 'panel', message }),
  onMessage: (listener) => {
    deliver = listener;
  },
  onClose: () => {},
};

window.acquireVsCodeApi = () => ({
  postMessage(message) {
    if (losses.toHost-- > 0) return;
    const { channel, message: inner } = carried(message) as Envelope;
    queueMicrotask(() => (channel === 'trainer' ? hearTrainer(inner) : deliver(inner)));
  },
});

const deltaSpool = (complete: boolean): SpoolInfo => ({
  id: 1,
  columns: given.columns,
  keyColumns: given.keyColumns,
  rows: complete ? given.delta.length : Math.min(200, given.delta.length),
  complete,
  truncated: false,
});

const shownText = (value: Value): string | null => (value === null ? null : textOf(value));

function holds(change: GivenChange, filter: SpoolView['cells'][number]): boolean {
  const { column } = filter;
  const [before, after] = [change.before?.[column] ?? null, change.after?.[column] ?? null];
  const isChanged = change.before !== null && change.after !== null && !sameValue(before, after);
  if (filter.kind === 'changed') return isChanged;
  if (filter.kind === 'became') return isChanged && shownText(before) === filter.from && shownText(after) === filter.to;
  const value = change.after ? after : before;
  if (filter.kind === 'between') return value !== null && value >= filter.from && value <= filter.to;
  return shownText(value) === filter.value;
}

function chosen(view: SpoolView): readonly GivenChange[] {
  const image = (change: GivenChange): readonly Value[] => change.after ?? change.before ?? [];
  const rows = given.delta.filter(
    (change) =>
      (view.flag === null || change.flag === view.flag) &&
      (view.hashes === null || inRange(change.hash, view.hashes)) &&
      view.cells.every((filter) => holds(change, filter)) &&
      (view.filter === '' || image(change).some((value) => textOf(value).includes(view.filter))),
  );
  const compare = (a: GivenChange, b: GivenChange): number => {
    for (const { column, descending } of view.sort) {
      const [x, y] = [image(a)[column] ?? null, image(b)[column] ?? null];
      const found = Number(x) - Number(y) || textOf(x).localeCompare(textOf(y));
      if (found !== 0) return descending ? -found : found;
    }
    return 0;
  };
  return view.sort.length === 0 ? rows : [...rows].sort(compare);
}

function pairsOf(column: number, view: SpoolView) {
  const counts = new Map<string, { from: string | null; to: string | null; rows: number }>();
  for (const change of chosen(view)) {
    if (!holds(change, { kind: 'changed', column })) continue;
    const from = shownText(change.before?.[column] ?? null);
    const to = shownText(change.after?.[column] ?? null);
    const known = counts.get(`${from} ${to}`) ?? { from, to, rows: 0 };
    counts.set(`${from} ${to}`, { ...known, rows: known.rows + 1 });
  }
  const pairs = [...counts.values()].sort((a, b) => b.rows - a.rows);
  return { column, pairs, others: { pairs: 0, rows: 0 } };
}

function deltaPage(start: number, count: number, view: SpoolView): SpoolPage {
  const rows = chosen(view);
  const page = rows.slice(start, start + count);
  const side = (which: 'before' | 'after') =>
    given.columns.map((_, column) => packCells(page.map((change) => change[which]?.[column] ?? null)));
  return {
    start,
    total: rows.length,
    page: null,
    delta: {
      rows: page.length,
      keyColumns: given.keyColumns,
      columns: given.columns,
      flags: Uint8Array.from(page, (change) => flagNames.indexOf(change.flag)),
      before: side('before'),
      after: side('after'),
      hashes: page.map((change) => change.hash),
    },
  };
}

function resultPage(start: number, count: number): SpoolPage {
  const end = Math.min(given.resultRows, start + count);
  const rows: Value[][] = [];
  for (let i = start; i < end; i++)
    rows.push([
      i,
      BigInt(i) ** 3n,
      `word "${i}"\tof a row`,
      i % 7 === 0 ? null : i / 8,
      ...Array.from({ length: 8 }, (_, c) => i * (c + 1)),
    ]);
  return { start, total: given.resultRows, page: packRows(resultColumns, rows), delta: null };
}

/** As the extension host finds it, of a file whose first two columns together are its key. */
function findingsOf(answers: FormAnswers): FormFindings {
  if (given.view.page !== 'form') throw new Error('this page is no form');
  const { kind, columns, rows, whole } = given.view.state;
  const keys = [columns.slice(0, 2).map(({ name }) => name)];
  const asked = { unique: false, repeat: { first: 12, second: 378, values: ['Seattle'] } };
  const facts = { kind, columns, rows, whole, keys, asked, table: null, taken: ['parity'] };
  const found = { problems: checkAnswers(answers, facts), existing: null, work: null };
  if (answers.reading.header !== 'no') return found;
  // Without a line of names its columns are called otherwise.
  const { notes, dialect } = given.view.state;
  const numbered = columns.map((column, c) => ({ ...column, name: `column_${c + 1}` }));
  const about = { key: ['column_1'], label: 'column_8', features: ['column_2'], slices: [] };
  return { ...found, file: { notes, dialect, rows, whole, columns: numbered, answers: { ...answers, ...about } } };
}

const done = (): null => null;
const accept = () => ({ run: 7 });

const answers: Answers<EitherContract> = {
  'panel/ready': () => given.view,
  'run/start': accept,
  'run/cancel': done,
  'run/again': accept,
  'run/discard': done,
  'model/promote': done,
  'model/archive': done,
  'model/approve': done,
  'model/revert': () => ({
    to: 'weather_v4',
    rowsChanged: 318,
    safetySnapshot: 'weather_before_restore_1',
    verified: true,
  }),
  'model/without': accept,
  'model/reproduce': () => ({ identical: true, steps: 1 }),
  'matrix/cell': ({ model, snapshot }) => {
    if (snapshot === 'weather_v1') throw new Failure('version.unknown', { snapshot });
    return { model, snapshot, accuracy: 0.8 + model / 1000, low: 0.77, high: 0.83, n: 438 };
  },
  'snapshot/restore': ({ snapshot }) => ({
    to: snapshot,
    rowsChanged: 318,
    safetySnapshot: 'weather_before_restore_1',
    verified: true,
  }),
  'snapshot/create': () => ({ snapshot: 'weather_v6' }),
  'spool/page': ({ id, start, count, view }) => (id === 1 ? deltaPage(start, count, view) : resultPage(start, count)),
  'spool/distribution': ({ column }) => {
    const bins = new Map<string, number>();
    for (const { after } of given.delta) {
      const value = textOf(after?.[column] ?? null);
      bins.set(value, (bins.get(value) ?? 0) + 1);
    }
    const list = [...bins].slice(0, 8).map(([value, delta], i) => ({ value, delta, base: delta * 3 + i * 40 }));
    return { column: given.columns[column]?.name ?? '', isRanges: false, bins: list };
  },
  'spool/changes': () =>
    given.columns.map((_, column) => given.delta.filter((change) => holds(change, { kind: 'changed', column })).length),
  'spool/pairs': ({ column, view }) => pairsOf(column, view),
  'row/history': done,
  'rows/show': done,
  'spool/export': ({ view }) => ({ rows: chosen(view).length, file: 'delta.csv' }),
  'form/change': ({ answers: given }) => findingsOf(given),
  'form/submit': ({ answers: given, train }) => ({
    ...findingsOf(given),
    work: train && given.label === null ? null : 'Importing weather.csv: 4,096 rows',
  }),
  'form/cancel': done,
  'training/edit': done,
  'delta/close': done,
  'statement/cancel': done,
  'statement/again': done,
  'text/copy': done,
  'delta/count': done,
  async *'delta/open'({ from, to }) {
    if (from === 'weather_v1') throw new Failure('version.unknown', { snapshot: from });
    const item = {
      spool: deltaSpool(false),
      from,
      to: to ?? 'live at 14:05:09',
      restorable: from,
      way: null,
      columns: null,
    };
    yield item;
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    for (const { flag, before, after } of given.delta)
      if (!before || !after || before.some((value, i) => !sameValue(value, after[i] ?? null))) counts[flag]++;
    return { spool: deltaSpool(true), counts, ms: 12 };
  },
};

for (const [name, answer] of Object.entries(answers))
  (answers as unknown as Record<string, unknown>)[name] = (p: unknown, signal: AbortSignal) => {
    calls.push({ name, p });
    return (answer as (p: unknown, signal: AbortSignal) => unknown)(p, signal);
  };

const caller = connect<EitherContract, PageContract>(port, answers, {
  'trainer/lost': ({ reason }) => lost.push(reason),
  'page/problem': ({ message }) => problems.push(message),
});

const train: FakeHost['train'] = async (plan, columns, sets) => {
  await caller.call('trainer/start', null);
  const trainer = remoteTrainer({
    post: (message) => toPage({ channel: 'trainer', message }),
    onMessage: (listener) => {
      hearTrainer = listener;
    },
    onClose: () => {},
  });
  const events: TrainEvent['kind'][] = [];
  const read = async function* (set: RowSet) {
    for (let start = 0; start < sets[set].length; start += 500)
      yield packRows(columns, sets[set].slice(start, start + 500));
  };
  const none = async function* (): AsyncGenerator<never, void> {};
  const job = { plan, parent: null, baseline: null };
  const result = await trainer.run(job, { read, changes: none }, new AbortController().signal, (event) =>
    events.push(event.kind),
  );
  const { weightsSha256, metrics, artifact } = result;
  return { weightsSha256, accuracy: qualityOf(metrics), artifactBytes: artifact.length, events };
};

window.fakeHost = {
  train,
  calls,
  problems,
  lost,
  fromTrainer,
  caller,
  emit: (name, p) => (caller.emit as (name: string, p: unknown) => void)(name, p),
  toTrainer: (message) => toPage({ channel: 'trainer', message }),
};
document.addEventListener('securitypolicyviolation', (event) =>
  problems.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
);
