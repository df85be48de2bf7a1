/**
 * Encoded rows in memory, in blocks of 65,536: features as compact float32 (a category is one number, its slot), labels as
 * class numbers. A row is spread to the network's inputs when its batch is made, so wide categories cost no memory.
 */
import { at } from '../../base/assert.ts';
import type { EncodedLayout, RowStream, TrainPage } from '../../data/trainPage.ts';

/** Rows of a full block. */
export const blockRows = 65_536;
const firstRows = 1_024;

/** Encoded rows in memory: they grow by rows and by pages, and can be read by number as well as page by page. */
export class EncodedRows {
  readonly layout: EncodedLayout;
  readonly #blocks: { values: Float32Array; labels: Int32Array }[] = [];
  /** Nothing but copies of neighbours: a row can be moved as a whole. */
  readonly #plain: boolean;
  #length = 0;

  constructor(layout: EncodedLayout) {
    this.layout = layout;
    this.#plain = layout.stored === layout.inputs && layout.spreads.every(({ way }) => way === 'copy');
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a row by its stored values; `label` is the class number, -1 for a class the model does not know. */
  push(values: ArrayLike<number>, from: number, label: number): void {
    const within = this.#length % blockRows;
    const { stored } = this.layout;
    const block = this.#blockWithRoom(within);
    for (let i = 0; i < stored; i++) block.values[within * stored + i] = values[from + i] as number;
    block.labels[within] = label;
    this.#length += 1;
  }

  /** The last block, grown by doubling up to its full size, so that few rows take little room. */
  #blockWithRoom(within: number): { values: Float32Array; labels: Int32Array } {
    const { stored } = this.layout;
    if (within === 0)
      this.#blocks.push({ values: new Float32Array(firstRows * stored), labels: new Int32Array(firstRows) });
    const block = at(this.#blocks, this.#blocks.length - 1);
    if (within < block.labels.length) return block;
    const rows = Math.min(blockRows, 2 * block.labels.length);
    const values = new Float32Array(rows * stored);
    values.set(block.values);
    const labels = new Int32Array(rows);
    labels.set(block.labels);
    block.values = values;
    block.labels = labels;
    return block;
  }

  /** Adds a page of class numbers. A page that can be a block is taken as it is; its arrays then belong to these rows. */
  add(page: TrainPage<'encoded'>): void {
    if (page.rows === 0) return;
    const { values } = page;
    const labels = classNumbers(page);
    if (this.#length % blockRows === 0 && page.rows <= blockRows) {
      this.#blocks.push({ values, labels });
      this.#length += page.rows;
      return;
    }
    for (let i = 0; i < page.rows; i++) this.push(values, i * this.layout.stored, at(labels, i));
  }

  /** The class number of a row; -1 for a class that the model does not know. */
  label(row: number): number {
    return at(at(this.#blocks, Math.floor(row / blockRows)).labels, row % blockRows);
  }

  /** Writes the inputs of a row to `target` from `to` on. */
  spread(row: number, target: Float32Array, to: number): void {
    const { stored, inputs, spreads } = this.layout;
    const { values } = at(this.#blocks, Math.floor(row / blockRows));
    const base = (row % blockRows) * stored;
    if (this.#plain) {
      for (let i = 0; i < inputs; i++) target[to + i] = values[base + i] as number;
      return;
    }
    for (const one of spreads) {
      const from = base + one.from;
      const start = to + one.to;
      if (one.way === 'copy') {
        for (let i = 0; i < one.count; i++) target[start + i] = values[from + i] as number;
      } else if (one.way === 'flagged') {
        const missing = Number.isNaN(values[from] as number);
        for (let i = 0; i < one.count; i++) target[start + i] = missing ? 0 : (values[from + i] as number);
        target[start + one.count] = missing ? 1 : 0;
      } else {
        for (let i = 0; i < one.count; i++) target[start + i] = 0;
        target[start + (values[from] as number)] = 1;
      }
    }
  }
}

/** The labels of a page as the kernel takes them: -1 for a class that the model does not know. */
function classNumbers({ labels, rows }: TrainPage<'encoded'>): Int32Array {
  if (labels.kind !== 'class') throw new Error('Broken invariant: these rows have values as labels, not classes');
  return new Int32Array(labels.values.buffer, labels.values.byteOffset, rows);
}

/** Reads a stream into memory. */
export async function gatherRows(stream: RowStream<'encoded'>, signal: AbortSignal): Promise<EncodedRows> {
  const rows = new EncodedRows(stream.layout);
  for await (const page of stream.read(signal)) rows.add(page);
  return rows;
}
