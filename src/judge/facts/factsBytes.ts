/**
 * Facts as bytes, to be kept beside a model. Format 1, little-endian: the length of the header (32 bits), the header as JSON in
 * UTF-8, zeros up to a multiple of 8, then contents of rows, 64 bits each: all of them in order where facts were made from all
 * rows, else those that went and those that came since the parent's.
 */
import { at } from '../../base/assert.ts';
import type { FeatureKind } from '../../data/training.ts';
import type { BaseFacts } from './baseFacts.ts';
import type { ColumnFacts, Distribution } from './columnFacts.ts';
import { RowSet } from './rowSet.ts';

const format = 1;

interface StoredColumn extends Omit<ColumnFacts, 'distribution'> {
  readonly edges: readonly number[] | null;
  readonly counts: readonly number[];
  readonly values: readonly (number | string)[];
  /** Of bins: the rows of each value; else `others`. */
  readonly valueCounts: readonly number[] | null;
  readonly others: number;
}

interface Header {
  readonly format: number;
  readonly rows: number;
  readonly columns: readonly StoredColumn[];
  readonly classes: readonly (readonly [string, number])[];
  /** Contents that follow: all rows', or what went and what came. */
  readonly all: number | null;
  readonly went: number;
  readonly came: number;
}

function storedColumn({ distribution, ...rest }: ColumnFacts): StoredColumn {
  return distribution.kind === 'values'
    ? {
        ...rest,
        edges: null,
        counts: [...distribution.counts],
        values: distribution.values,
        valueCounts: null,
        others: distribution.others,
      }
    : {
        ...rest,
        edges: [...distribution.edges],
        counts: [...distribution.counts],
        values: [...distribution.values],
        valueCounts: [...distribution.valueCounts],
        others: 0,
      };
}

function columnOf({ edges, counts, values, valueCounts, others, ...rest }: StoredColumn): ColumnFacts {
  const distribution: Distribution =
    edges === null
      ? { kind: 'values', values, counts: Float64Array.from(counts), others }
      : {
          kind: 'bins',
          edges: Float64Array.from(edges),
          counts: Float64Array.from(counts),
          values: Float64Array.from(values, Number),
          valueCounts: Float64Array.from(valueCounts ?? []),
        };
  return { ...rest, distribution };
}

/** The bytes of facts, without what the facts that they were brought forward from hold already. */
export function writeFacts(facts: BaseFacts): Uint8Array {
  const { last, contents } = facts;
  const header: Header = {
    format,
    rows: facts.rows,
    columns: facts.columns.map(storedColumn),
    classes: [...facts.classes],
    all: last === null ? contents.sorted.length : null,
    went: last?.went.length ?? 0,
    came: last?.came.length ?? 0,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const from = Math.ceil((4 + text.length) / 8) * 8;
  const numbers = last === null ? [contents.sorted] : [last.went, last.came];
  const bytes = new Uint8Array(from + 8 * numbers.reduce((sum, one) => sum + one.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, 4);
  let place = from;
  for (const part of numbers)
    for (const content of part) {
      view.setBigUint64(place, content, true);
      place += 8;
    }
  return bytes;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');
const kinds: readonly FeatureKind[] = ['number', 'category', 'date', 'boolean'];

function isDistribution(column: Readonly<Record<string, unknown>>): boolean {
  const { edges, counts, values, valueCounts, others } = column;
  if (!isNumbers(counts) || !Array.isArray(values) || typeof others !== 'number') return false;
  if (edges === null) return counts.length === values.length && valueCounts === null;
  return isNumbers(edges) && counts.length === edges.length - 1 && isNumbers(valueCounts) && isNumbers(values);
}

const isColumn = (value: unknown): value is StoredColumn =>
  isRecord(value) &&
  typeof value['name'] === 'string' &&
  kinds.includes(value['kind'] as FeatureKind) &&
  ['feature', 'slice', 'key'].includes(value['role'] as string) &&
  isNumbers(['rows', 'missing', 'beyond', 'sum', 'squares'].map((field) => value[field])) &&
  (value['clip'] === null || isRecord(value['clip'])) &&
  isDistribution(value);

const isHeader = (value: unknown): value is Header =>
  isRecord(value) &&
  value['format'] === format &&
  isCount(value['rows']) &&
  Array.isArray(value['columns']) &&
  value['columns'].every(isColumn) &&
  Array.isArray(value['classes']) &&
  (value['all'] === null || isCount(value['all'])) &&
  isCount(value['went']) &&
  isCount(value['came']);

interface Read {
  readonly header: Header;
  /** All contents, or first those that went and then those that came. */
  readonly contents: BigUint64Array;
}

function headerOf(bytes: Uint8Array): { readonly header: Header; readonly from: number } | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length) return null;
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    return isHeader(header) ? { header, from: Math.ceil((4 + length) / 8) * 8 } : null;
  } catch {
    return null;
  }
}

function readOne(bytes: Uint8Array): Read | null {
  const found = headerOf(bytes);
  if (!found) return null;
  const { header, from } = found;
  const count = header.all ?? header.went + header.came;
  if (bytes.length !== from + 8 * count) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + from);
  const contents = BigUint64Array.from({ length: count }, (_, i) => view.getBigUint64(8 * i, true));
  return { header, contents };
}

/**
 * Facts from the bytes of a full fit's and of every model since, the newest last. Null where they are damaged, of a format that
 * is not known, or do not begin with a full fit's: they are then made anew, from all rows.
 */
export function readFacts(chain: readonly Uint8Array[]): BaseFacts | null {
  const read = chain.map(readOne);
  if (read.length === 0 || read.some((one) => one === null)) return null;
  const layers = read.flatMap((one) => (one ? [one] : []));
  const root = at(layers, 0);
  if (root.header.all === null) return null;
  let contents = RowSet.of(root.contents);
  let last: BaseFacts['last'] = null;
  for (const layer of layers.slice(1)) {
    if (layer.header.all !== null) return null;
    last = { went: layer.contents.slice(0, layer.header.went), came: layer.contents.slice(layer.header.went) };
    contents = contents.after(last.went, last.came);
  }
  const { header } = at(layers, layers.length - 1);
  if (header.rows !== contents.rows) return null;
  return { rows: header.rows, columns: header.columns.map(columnOf), classes: new Map(header.classes), contents, last };
}
