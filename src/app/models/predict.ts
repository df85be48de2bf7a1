/** A model's answers for the rows of a file or of a table at a version, written to a file as they come. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { type Model, modelText } from '../../data/model.ts';
import { type Cells, packCells, type PageColumn, type RowPage } from '../../data/page.ts';
import type { AnswerPage, PredictEnd } from '../../data/predicting/predicting.ts';
import type { Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Trainer } from '../../data/trainer.ts';
import type { Version } from '../../data/version.ts';
import type { EngineContract } from '../../protocol/engine.ts';
import type { Caller } from '../../protocol/rpc.ts';
import { answerColumns, type AnswerColumns } from './predictColumns.ts';
import { metSentences } from './predictNotes.ts';

/** The rows that are asked about. */
export type AskedRows =
  | { readonly kind: 'file'; readonly file: string; readonly reading?: Reading }
  | { readonly kind: 'table'; readonly store: Store; readonly table: TableName; readonly at: Version };

/** What is asked of whom, and where the answers go. */
export interface PredictRequest {
  readonly model: Model;
  readonly artifact: Uint8Array;
  readonly rows: AskedRows;
  /** Key columns of the training, by which a row is known where it has them. */
  readonly key: readonly string[];
  /** Columns that stand before the answers; null: the key, or where rows have none, all of them. */
  readonly keep: readonly string[] | 'all' | null;
  /** Features that the rows do not have count as missing; else they are refused. */
  readonly fillMissing: boolean;
  /** A file whose name says the format. */
  readonly file: string;
  readonly guardCells?: boolean;
}

/** What was answered. */
export interface Predicted {
  readonly rows: number;
  /** Of the file, in their order. */
  readonly columns: readonly PageColumn[];
  readonly kept: readonly string[];
  /** Sentences on what the model met, and on the file. */
  readonly notes: readonly string[];
}

/** With what. */
export interface PredictTools {
  readonly trainer: Trainer;
  readonly engine: Caller<EngineContract>;
}

const isText = (type: string): boolean => /CHAR|TEXT|ENUM/i.test(type);

/** The rows as they come; a source without rows is `null` behind its columns. */
async function openRows(
  { rows, model, keep, key }: PredictRequest,
  { engine }: PredictTools,
  signal: AbortSignal,
): Promise<{ columns: readonly PageColumn[]; pages: AsyncGenerator<RowPage, { notes: readonly string[] } | void> }> {
  const features = model.plan.features;
  if (rows.kind === 'table') {
    const { columns } = await rows.store.table(rows.table, rows.at);
    const wanted = new Set([...features.map(({ name }) => name), ...(Array.isArray(keep) ? keep : key)]);
    const read = keep === 'all' ? columns : columns.filter(({ name }) => wanted.has(name));
    const request = { table: rows.table, at: rows.at, columns: read.map(({ name }) => name), order: 'key' as const };
    return { columns: read, pages: rows.store.readRows(request, signal) };
  }
  const texts = features.filter(({ type }) => isText(type)).map(({ name }) => name);
  const { file, reading } = rows;
  const pages = engine.stream('file/rows', { file, texts, ...(reading && { reading }) }, signal);
  const first = await pages.next();
  // A file without rows is refused where it is read.
  if (first.done) throw new Failure('file.empty', { file });
  return { columns: first.value.columns, pages: withFirst(first.value, pages) };
}

async function* withFirst<R>(first: RowPage, rest: AsyncGenerator<RowPage, R>): AsyncGenerator<RowPage, R> {
  yield first;
  return yield* rest;
}

const whereOf = (rows: AskedRows): string => (rows.kind === 'file' ? rows.file : tableText(rows.table));

/** Every feature that is not there is named, since one answer without it would be another one. */
function requireFeatures({ model, rows, fillMissing }: PredictRequest, columns: readonly PageColumn[]): string[] {
  const names = new Set(columns.map(({ name }) => name));
  const missing = model.plan.features.map(({ name }) => name).filter((name) => !names.has(name));
  if (missing.length > 0 && !fillMissing)
    throw new Failure('predict.missing', { model: modelText(model), where: whereOf(rows), columns: missing });
  if (missing.length === model.plan.features.length)
    throw new Failure('predict.missing', {
      model: modelText(model),
      where: whereOf(rows),
      columns: missing,
      all: true,
    });
  return missing;
}

function keptOf({ keep, key, rows }: PredictRequest, columns: readonly PageColumn[]): PageColumn[] {
  if (keep === 'all') return [...columns];
  const named = (names: readonly string[]): PageColumn[] =>
    names.map((name) => {
      const found = columns.find((column) => column.name === name);
      if (!found) throw new Failure('column.unknown', { column: name, table: whereOf(rows) });
      return found;
    });
  if (keep !== null) return named(keep);
  const hasKey = key.length > 0 && key.every((name) => columns.some((column) => column.name === name));
  return hasKey ? named(key) : [...columns];
}

/** A page as the model reads it: its features alone, those that are not there without a value. */
function featuresOf(page: RowPage, features: Model['plan']['features']): RowPage {
  const nothing = (): Cells => packCells(Array.from({ length: page.rows }, () => null));
  const cells = features.map(({ name }) => {
    const index = page.columns.findIndex((column) => column.name === name);
    return index < 0 ? nothing() : at(page.cells, index);
  });
  return { rows: page.rows, columns: features.map(({ name, type }) => ({ name, type })), cells };
}

function cellsOf(page: RowPage, names: readonly PageColumn[]): readonly Cells[] {
  return names.map(({ name }) =>
    at(
      page.cells,
      page.columns.findIndex((column) => column.name === name),
    ),
  );
}

/** Sends pages to the model and gives each back beside its answers; both come in the same order. */
async function* beside(
  request: PredictRequest,
  { trainer }: PredictTools,
  pages: AsyncGenerator<RowPage, { notes: readonly string[] } | void>,
  kept: readonly PageColumn[],
  signal: AbortSignal,
): AsyncGenerator<{ cells: readonly Cells[]; answers: AnswerPage }, PredictEnd & { said: readonly string[] }> {
  const { model, artifact } = request;
  const under: (readonly Cells[])[] = [];
  let said: readonly string[] = [];
  async function* asked(): AsyncGenerator<RowPage, void> {
    for (;;) {
      const step = await pages.next();
      if (step.done) {
        said = step.value?.notes ?? [];
        return;
      }
      if (step.value.rows === 0) continue;
      under.push(cellsOf(step.value, kept));
      yield featuresOf(step.value, model.plan.features);
    }
  }
  const answers = trainer.predict({ artifact, name: modelText(model) }, asked, signal);
  for (;;) {
    const step = await answers.next();
    if (step.done) return { ...step.value, said };
    const cells = under.shift();
    if (!cells) throw new Error('Broken invariant: more answers than pages');
    yield { cells, answers: step.value };
  }
}

/**
 * Reads, asks and writes page by page, so that any number of rows needs the memory of some. The file is there whole at the end, or
 * not at all. `predict.missing`, `column.unknown`, `model.damaged`, `cancelled`, and what reading and writing say.
 */
export async function predict(
  request: PredictRequest,
  tools: PredictTools,
  signal: AbortSignal,
  onRows: (rows: number) => void = () => {},
): Promise<Predicted> {
  const { engine } = tools;
  const { columns, pages } = await openRows(request, tools, signal);
  try {
    const filled = requireFeatures(request, columns);
    const kept = keptOf(request, columns);
    const made: AnswerColumns = answerColumns(request.model, kept);
    const all = [...kept, ...made.columns];
    const id = await engine.call('file/begin', {
      file: request.file,
      columns: all.map(({ name, type }) => ({ name, type, nullable: true })),
      ...(request.guardCells && { guardCells: true }),
    });
    let rows = 0;
    try {
      const answered = beside(request, tools, pages, kept, signal);
      for (;;) {
        const step = await answered.next();
        if (step.done) {
          await engine.call('file/end', { id });
          const notes = [...step.value.said, ...made.notes, ...metSentences(step.value.columns, filled, rows)];
          return { rows, columns: all, kept: kept.map(({ name }) => name), notes };
        }
        const { cells, answers } = step.value;
        const page = { rows: answers.rows, columns: all, cells: [...cells, ...made.cells(answers)] };
        await engine.call('file/write', { id, page });
        rows += answers.rows;
        onRows(rows);
      }
    } catch (error) {
      await engine.call('file/drop', { id }).catch(() => undefined);
      throw error;
    }
  } finally {
    await pages.return(undefined);
  }
}
