/** Rows kept in memory as a stream. Pages are joined to blocks, so that what reads them into blocks need not copy. */
import { at } from '../../base/assert.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import type { Labels, RowForm, RowLayouts, RowStream, TrainPage } from '../../data/trainPage.ts';
import { blockRows } from './encodedRows.ts';

/** A page's typed array of one row length; null for raw cells, which are left as they came. */
type Values = Float32Array | Uint8Array;

const valuesOf = (page: TrainPage): Values | null =>
  'values' in page ? page.values : 'bins' in page ? page.bins : null;

const labelsFrom = ({ kind, values }: Labels, from: number, to: number): Labels =>
  kind === 'class' ? { kind, values: values.subarray(from, to) } : { kind, values: values.subarray(from, to) };

/** Rows [from, to) of a page, as views of its arrays. */
function part<F extends RowForm>(page: TrainPage<F>, from: number, to: number): TrainPage<F> {
  if (from === 0 && to === page.rows) return page;
  const values = valuesOf(page);
  if (!values) throw new Error('Broken invariant: raw rows are not cut');
  const width = values.length / page.rows;
  const own = values.subarray(from * width, to * width);
  const form = 'values' in page ? { values: own } : { bins: own };
  return {
    ...page,
    ...form,
    rows: to - from,
    labels: labelsFrom(page.labels, from, to),
    sides: page.sides.subarray(from, to),
  };
}

interface TypedArray<T> {
  readonly length: number;
  set(from: T, to: number): void;
}

function joinArrays<T extends TypedArray<T>>(parts: readonly T[], make: (length: number) => T): T {
  const all = make(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const one of parts) {
    all.set(one, place);
    place += one.length;
  }
  return all;
}

function joinLabels(parts: readonly Labels[]): Labels {
  const classes = parts.flatMap((one) => (one.kind === 'class' ? [one.values] : []));
  const values = parts.flatMap((one) => (one.kind === 'value' ? [one.values] : []));
  return classes.length > 0
    ? { kind: 'class', values: joinArrays(classes, (length) => new Uint32Array(length)) }
    : { kind: 'value', values: joinArrays(values, (length) => new Float64Array(length)) };
}

function joinPages<F extends RowForm>(pages: readonly TrainPage<F>[]): TrainPage<F> {
  const first = at(pages, 0);
  if (pages.length === 1) return first;
  const all = pages.map((page): TrainPage => page);
  const form =
    'values' in first
      ? {
          values: joinArrays(
            all.flatMap((page) => ('values' in page ? [page.values] : [])),
            (length) => new Float32Array(length),
          ),
        }
      : {
          bins: joinArrays(
            all.flatMap((page) => ('bins' in page ? [page.bins] : [])),
            (length) => new Uint8Array(length),
          ),
        };
  return {
    ...first,
    ...form,
    rows: pages.reduce((sum, { rows }) => sum + rows, 0),
    labels: joinLabels(pages.map(({ labels }) => labels)),
    sides: joinArrays(
      pages.map(({ sides }) => sides),
      (length) => new Uint8Array(length),
    ),
  };
}

/** Takes pages in, and gives them back as often as it is read. Nothing is added once it was read. */
export class KeptRows<F extends RowForm> implements RowStream<F> {
  readonly form: F;
  readonly layout: RowLayouts[F];
  readonly #blocks: TrainPage<F>[] = [];
  #open: TrainPage<F>[] = [];
  #openRows = 0;
  #rows = 0;

  constructor(form: F, layout: RowLayouts[F]) {
    this.form = form;
    this.layout = layout;
  }

  get rows(): number {
    return this.#rows;
  }

  add(page: TrainPage<F>): void {
    this.#rows += page.rows;
    if (this.form === 'raw') {
      if (page.rows > 0) this.#blocks.push(page);
      return;
    }
    for (let from = 0; from < page.rows; ) {
      const to = Math.min(page.rows, from + blockRows - this.#openRows);
      this.#open.push(part(page, from, to));
      this.#openRows += to - from;
      if (this.#openRows === blockRows) this.#close();
      from = to;
    }
  }

  #close(): void {
    if (this.#openRows > 0) this.#blocks.push(joinPages(this.#open));
    this.#open = [];
    this.#openRows = 0;
  }

  async *read(signal?: AbortSignal): AsyncGenerator<TrainPage<F>, void> {
    this.#close();
    for (const block of this.#blocks) {
      if (signal) throwIfCancelled(signal);
      yield block;
    }
  }
}

/** Streams one after the other, as one; all have the form and the layout of the first. */
export function joinStreams<F extends RowForm>(first: RowStream<F>, second: RowStream<F>): RowStream<F> {
  return {
    form: first.form,
    layout: first.layout,
    rows: first.rows === null || second.rows === null ? null : first.rows + second.rows,
    async *read(signal) {
      yield* first.read(signal);
      yield* second.read(signal);
    },
  };
}

/** The class numbers of a stream, -1 for a class that the model does not know, or its values. */
export async function labelsOf(stream: RowStream): Promise<Int32Array | Float64Array> {
  const all: Labels[] = [];
  for await (const page of stream.read()) all.push(page.labels);
  const { kind, values } = joinLabels(all);
  return kind === 'class' ? new Int32Array(values.buffer, values.byteOffset, values.length) : values;
}
