/**
 * Values on their way into LOAD DATA: brought to the one form of their type, or refused with the reason. LOAD DATA itself
 * checks neither lengths nor bounds, so what is not refused here would be stored.
 */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { TypeFamily } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { isPlainNumber } from '../../../data/loading/plainNumber.ts';
import { canonicalDate, canonicalTime, decimalText } from '../../canonical.ts';
import { typeBase, typeFamily } from '../../typeFamilies.ts';

export interface LoadColumn {
  readonly name: string;
  /** In MySQL words: `DECIMAL(10,2)`, `BIGINT UNSIGNED`. */
  readonly type: string;
  readonly base: string;
  readonly family: TypeFamily;
  /** What stands in the parentheses of its type. */
  readonly sizes: readonly number[];
  /** Inclusive bounds of an integer. */
  readonly min: bigint;
  readonly max: bigint;
  /** ENUM and SET. */
  readonly members: readonly string[] | null;
  /** NULL is refused. */
  readonly required: boolean;
}

const bits: Readonly<Record<string, bigint>> = { TINYINT: 8n, SMALLINT: 16n, MEDIUMINT: 24n, INT: 32n, INTEGER: 32n };

function boundsOf(base: string, unsigned: boolean, size: number | undefined): { min: bigint; max: bigint } {
  if (base === 'BOOL' || base === 'BOOLEAN') return { min: 0n, max: 1n };
  if (base === 'YEAR') return { min: 0n, max: 2155n };
  if (base === 'BIT') return { min: 0n, max: 2n ** BigInt(size ?? 1) - 1n };
  const width = bits[base] ?? 64n;
  return unsigned ? { min: 0n, max: 2n ** width - 1n } : { min: -(2n ** (width - 1n)), max: 2n ** (width - 1n) - 1n };
}

/** Reads a declared type. One that is not known here is text, for the server to judge. */
export function loadColumn(name: string, declared: string, required: boolean): LoadColumn {
  const type = declared.trim();
  const base = typeBase(type);
  const family = typeFamily(base) ?? 'text';
  const inside = /\((.*)\)/s.exec(type)?.[1] ?? '';
  const listed = base === 'ENUM' || base === 'SET';
  const sizes = listed || inside === '' ? [] : inside.split(',').map(Number);
  const members = listed
    ? [...inside.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"))
    : null;
  const bounds = boundsOf(base, /\bunsigned\b/i.test(type), sizes[0]);
  return { name, type, base, family, sizes, ...bounds, members, required };
}

type Given = Exclude<Value, null>;
/** The cell as LOAD DATA reads it, or the reason that there is none. */
type Fitted = { readonly cell: string | Uint8Array } | { readonly reason: string };

const cellOr = (cell: string | undefined, type: string): Fitted =>
  cell === undefined ? { reason: say('it is not a {0}', type) } : { cell };

function wholeOf(family: TypeFamily, value: Given): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace('+', ''));
  return family === 'boolean' && /^(true|false)$/i.test(value) ? BigInt(value.toLowerCase() === 'true') : undefined;
}

function fitInteger({ type, family, min, max }: LoadColumn, value: Given): Fitted {
  // A bigint and a number compare by value; to make one of every cell would cost more than all the rest.
  const isSpelled = typeof value === 'string' && isPlainNumber(value, true);
  const number = isSpelled ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max)
    return { cell: isSpelled ? value : String(number + 0) };
  const whole = wholeOf(family, value);
  if (whole === undefined) return { reason: say('it is not a whole number ({0})', type) };
  if (whole < min || whole > max) return { reason: say('{0} holds {1} to {2}', type, String(min), String(max)) };
  return { cell: String(whole) };
}

function fitFloat({ base }: LoadColumn, value: Given): Fitted {
  if (typeof value === 'string' && isPlainNumber(value, false)) return { cell: value };
  let number = Number.NaN;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'bigint') number = Number(value);
  else if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) number = Number(value);
  if (!Number.isFinite(base === 'FLOAT' ? Math.fround(number) : number))
    return { reason: say('it is not a finite number') };
  return { cell: String(number + 0) };
}

function fitDecimal({ type, sizes }: LoadColumn, value: Given): Fitted {
  return cellOr(value instanceof Uint8Array ? undefined : decimalText(value, sizes[0] ?? 38, sizes[1] ?? 0), type);
}

const fitDate =
  (family: 'date' | 'datetime') =>
  ({ type, sizes }: LoadColumn, value: Given): Fitted =>
    cellOr(typeof value === 'string' ? canonicalDate(value, family, sizes[0] ?? 0) : undefined, type);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const sized = new Set(['CHAR', 'VARCHAR']);

function fitMember(type: string, base: string, members: readonly string[], text: string): Fitted {
  if (base === 'ENUM') return members.includes(text) ? { cell: text } : { reason: say('it must be one of {0}', type) };
  const isMadeOf = text === '' || text.split(',').every((part) => members.includes(part));
  return isMadeOf ? { cell: text } : { reason: say('it must be made of {0}', type) };
}

function fitText({ type, base, sizes, members }: LoadColumn, value: Given): Fitted {
  if (value instanceof Uint8Array) return { reason: say('the column holds text, not bytes') };
  const text = String(value);
  if (/\p{Surrogate}/u.test(text)) return { reason: say('it is not valid Unicode (a lone surrogate)') };
  if (base === 'UUID') return uuid.test(text) ? { cell: text.toLowerCase() } : { reason: say('it is not a {0}', base) };
  if (members) return fitMember(type, base, members, text);
  const most = sized.has(base) ? (sizes[0] ?? 1) : Infinity;
  const isTooLong = text.length > most && Array.from(text).length > most;
  return isTooLong ? { reason: say('{0} holds {1} characters', type, most) } : { cell: text };
}

function fitJson(_: LoadColumn, value: Given): Fitted {
  const text = value instanceof Uint8Array ? undefined : String(value);
  if (text === undefined || /\p{Surrogate}/u.test(text)) return { reason: say('it must be valid JSON') };
  try {
    JSON.parse(text);
    return { cell: text };
  } catch {
    return { reason: say('it must be valid JSON') };
  }
}

function fitVector({ type, sizes }: LoadColumn, value: Given): Fitted {
  const numbers = typeof value === 'string' ? /^\s*\[(.*)\]\s*$/s.exec(value)?.[1] : undefined;
  const parts = numbers === undefined || numbers.trim() === '' ? [] : numbers.split(',').map((part) => part.trim());
  if (numbers === undefined || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part)))
    return { reason: say('a vector is written {0}', '[1, 2, 3]') };
  if (sizes[0] !== undefined && parts.length !== sizes[0])
    return { reason: say('{0} holds {1} numbers', type, sizes[0]) };
  return { cell: `[${parts.join(', ')}]` };
}

function fitBytes({ type, base, sizes }: LoadColumn, value: Given): Fitted {
  if (!(value instanceof Uint8Array)) return { reason: say('the column holds bytes') };
  const isFixed = base === 'BINARY';
  const most = isFixed || base === 'VARBINARY' ? (sizes[0] ?? 1) : Infinity;
  if (value.length > most) return { reason: say('{0} holds {1} bytes', type, most) };
  if (!isFixed || value.length === most) return { cell: value };
  const padded = new Uint8Array(most);
  padded.set(value);
  return { cell: padded };
}

const fits: Readonly<Record<TypeFamily, (column: LoadColumn, value: Given) => Fitted>> = {
  integer: fitInteger,
  boolean: fitInteger,
  float: fitFloat,
  decimal: fitDecimal,
  date: fitDate('date'),
  datetime: fitDate('datetime'),
  time: ({ type, sizes }, value) =>
    cellOr(typeof value === 'string' ? canonicalTime(value, sizes[0] ?? 0) : undefined, type),
  text: fitText,
  json: fitJson,
  vector: fitVector,
  bytes: fitBytes,
};

const spelledFamilies: ReadonlySet<TypeFamily> = new Set(['integer', 'boolean', 'float', 'decimal']);

/** Whether its cells are digits, which need no quotes. */
export const isDigits = ({ family }: LoadColumn): boolean => spelledFamilies.has(family);

/** The value as LOAD DATA reads it; `value.refused` says why it cannot be. */
export function loadCell(column: LoadColumn, value: Value, line: number | null): string | Uint8Array | null {
  if (value === null) {
    if (!column.required) return null;
    throw new Failure('value.refused', {
      column: column.name,
      value: 'NULL',
      reason: say('the column is NOT NULL'),
      line,
    });
  }
  const fitted = fits[column.family](column, value);
  if ('cell' in fitted) return fitted.cell;
  const shown = value instanceof Uint8Array ? say('({0} bytes)', value.length) : String(value);
  const cut = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  throw new Failure('value.refused', { column: column.name, value: JSON.stringify(cut), reason: fitted.reason, line });
}
