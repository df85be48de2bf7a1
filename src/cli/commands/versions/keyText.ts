/** A row's key as it is written on the command line, as the values that the row hash is taken of. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { ColumnInfo } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { canonicalDate, canonicalTime, decimalText } from '../../../stores/canonical.ts';

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** The parts of `DECIMAL(10,2)`: 10 and 2; of `DATETIME(3)`: 3. */
const partsOf = (type: string): number[] => [...type.matchAll(/\d+(?=[,)])/g)].map(([digits]) => Number(digits));

function integerOf(text: string): Value | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const whole = BigInt(text.replace('+', ''));
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

type Reader = (text: string, first: number, second: number) => Value | undefined;

const date =
  (family: 'date' | 'datetime'): Reader =>
  (text, digits) =>
    canonicalDate(text, family, digits);

/** Each gives the value in the form that a column of its family has it in; undefined where the text is none. */
const readers: Readonly<Record<ColumnInfo['family'], Reader>> = {
  integer: integerOf,
  boolean: (text) => (/^(0|1|true|false)$/i.test(text) ? Number(/^(1|true)$/i.test(text)) : undefined),
  float: (text) => (text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)),
  decimal: (text, precision, scale) => decimalText(text, precision === 0 ? 65 : precision, scale),
  date: date('date'),
  datetime: date('datetime'),
  time: canonicalTime,
  bytes: (text) => (/^0x(?:[0-9a-f]{2})*$/i.test(text) ? new Uint8Array(Buffer.from(text.slice(2), 'hex')) : undefined),
  text: (text) => text,
  json: () => undefined,
  vector: () => undefined,
};

function valueOf({ type, family }: ColumnInfo, text: string): Value | undefined {
  const [first = 0, second = 0] = partsOf(type);
  return readers[family](text, first, second);
}

function partValue(column: ColumnInfo, text: string): Value {
  const value = valueOf(column, text);
  if (value === undefined)
    throw usage(`--key: "${text}" is no ${column.type}, which the key column ${column.name} of the table is.`);
  return value;
}

/**
 * Reads `--key`: the value alone where the key is one column, else one `--key column=value` for each of its columns. Values in
 * the order of `columns`; `usage.wrong` says what is missing.
 */
export function keyValues(texts: readonly string[], columns: readonly ColumnInfo[]): Value[] {
  const [only] = columns;
  const [alone] = texts;
  if (only && alone !== undefined && columns.length === 1 && texts.length === 1) return [partValue(only, alone)];
  const form = columns.map(({ name }) => `--key ${name}=…`).join(' ');
  const given = new Map(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
  if (columns.length === 1 || given.size !== columns.length)
    throw usage(
      say(
        'The key is ({0}): write {1}.',
        columns.map(({ name }) => name).join(', '),
        columns.length === 1 ? 'one --key' : form,
      ),
    );
  return columns.map((column) => {
    const text = given.get(column.name);
    if (text === undefined) throw usage(`--key says nothing of ${column.name}: write ${form}.`);
    return partValue(column, text);
  });
}
