/** Values on their way in: brought to the form in which they are stored, or refused with the reason. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { TypeFamily } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { canonicalDate, canonicalTime, decimalText, singleText } from '../../canonical.ts';
import { bitsOf, packed } from '../../exact.ts';
import { keptJson } from '../../jsonDocument.ts';
import type { SqlValue } from '../sqlite/driver.ts';
import { type ColumnType, int64 } from './types.ts';

/** The reason why a value does not fit, or the value as it is stored. */
type Fitted = { readonly stored: SqlValue } | { readonly reason: string };

/** A value on its way in, in the form in which it is stored; `value.refused` says why it cannot be. */
export function storedOf(
  column: { readonly name: string; readonly type: ColumnType },
  value: Value,
  line: number | null,
): SqlValue {
  if (value === null) return null;
  if (typeof value === 'number' && isPlain(column.type, value)) return value + 0;
  const fitted = fits[column.type.family](column.type, value);
  if ('stored' in fitted) return fitted.stored;
  const shown = value instanceof Uint8Array ? say('({0} bytes)', value.length) : String(value);
  const cut = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  throw new Failure('value.refused', { column: column.name, value: JSON.stringify(cut), reason: fitted.reason, line });
}

/** Most numbers are doubles, or whole ones that every integer of 64 bits takes. */
const isPlain = ({ family, min, text }: ColumnType, value: number): boolean =>
  family === 'float'
    ? Number.isFinite(value) && !isSingle(text)
    : family === 'integer' && min === int64.min && Number.isSafeInteger(value);

/** Text in its one written form, or the reason that there is none. */
const canonical = (type: ColumnType, text: string | undefined): Fitted =>
  text === undefined ? { reason: say('it is not a {0}', type.text) } : { stored: text };

const isSingle = (type: string): boolean => type.startsWith('FLOAT');

function fitDecimal(type: ColumnType, value: Exclude<Value, null>): Fitted {
  const text = value instanceof Uint8Array ? undefined : decimalText(value, type.precision, type.scale);
  if (text === undefined) return { reason: say('it is not a {0}', type.text) };
  const units = BigInt(text.replace('.', ''));
  if (units < type.min) return { reason: say('{0} cannot be negative', type.text) };
  if (type.form === 'scaled') return { stored: numberOrBig(units) };
  return { stored: packed(units, type.precision) ?? '' };
}

const numberOrBig = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

const tooLong = (type: ColumnType): Fitted => ({ reason: say('it is too long for {0}', type.text) });

const fitDate =
  (family: 'date' | 'datetime') =>
  (type: ColumnType, value: Exclude<Value, null>): Fitted =>
    canonical(type, typeof value === 'string' ? canonicalDate(value, family, type.scale) : undefined);

const fits: Readonly<Record<TypeFamily, (type: ColumnType, value: Exclude<Value, null>) => Fitted>> = {
  integer: fitInteger,
  boolean: fitInteger,
  float: fitFloat,
  decimal: fitDecimal,
  date: fitDate('date'),
  datetime: fitDate('datetime'),
  time: (type, value) => canonical(type, typeof value === 'string' ? canonicalTime(value, type.scale) : undefined),
  text: fitText,
  json: fitJson,
  vector: fitVector,
  bytes: (type, value) => {
    if (!(value instanceof Uint8Array)) return { reason: say('the column holds bytes') };
    return type.length !== null && value.length > type.length ? tooLong(type) : { stored: value };
  },
};

function fitInteger(type: ColumnType, value: Exclude<Value, null>): Fitted {
  let whole: bigint | undefined;
  if (typeof value === 'bigint') whole = value;
  else if (typeof value === 'number' && Number.isInteger(value)) whole = BigInt(value);
  else if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) whole = BigInt(value.replace('+', ''));
  else if (type.family === 'boolean' && typeof value === 'string' && /^(true|false)$/i.test(value))
    whole = value.toLowerCase() === 'true' ? 1n : 0n;
  if (whole === undefined) return { reason: say('it is not a whole number ({0})', type.text) };
  if (whole < type.min || whole > type.max)
    return { reason: say('{0} holds {1} to {2}', type.text, String(type.min), String(type.max)) };
  return { stored: numberOrBig(type.form === 'unsigned' ? bitsOf(whole) : whole) };
}

/** A FLOAT is the nearest single, in the shortest digits that mean it. */
function fitFloat(type: ColumnType, value: Exclude<Value, null>): Fitted {
  let number = Number.NaN;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'bigint') number = Number(value);
  else if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) number = Number(value);
  if (!Number.isFinite(number)) return { reason: say('it is not a finite number') };
  if (isSingle(type.text)) {
    number = Number(singleText(number));
    if (!Number.isFinite(number)) return { reason: say('it is too large for {0}', type.text) };
  }
  return { stored: number + 0 };
}

function fitText(type: ColumnType, value: Exclude<Value, null>): Fitted {
  if (value instanceof Uint8Array) return { reason: say('the column holds text, not bytes') };
  const text = String(value);
  // SQLite keeps UTF-8; a lone surrogate would come back as another character.
  if (/\p{Surrogate}/u.test(text)) return { reason: say('it is not valid Unicode (a lone surrogate)') };
  if (type.members && type.text.startsWith('ENUM') && !type.members.includes(text))
    return { reason: say('it must be one of {0}', type.text) };
  return type.length !== null && text.length > type.length && Array.from(text).length > type.length
    ? tooLong(type)
    : { stored: text };
}

function fitJson(_: ColumnType, value: Exclude<Value, null>): Fitted {
  const fitted = value instanceof Uint8Array ? undefined : String(value);
  if (fitted === undefined || /\p{Surrogate}/u.test(fitted)) return { reason: say('it must be valid JSON') };
  try {
    const stored = keptJson(fitted);
    return stored === undefined ? { reason: say('it must be valid JSON') } : { stored };
  } catch (error) {
    // Nested too deep.
    if (Failure.is(error, 'sql.failed')) return { reason: error.message };
    throw error;
  }
}

function fitVector(_: ColumnType, value: Exclude<Value, null>): Fitted {
  const reason = say('a vector is written [1, 2, 3]');
  if (typeof value !== 'string') return { reason };
  const numbers = /^\s*\[(.*)\]\s*$/s.exec(value)?.[1];
  if (numbers === undefined) return { reason };
  const parts = numbers.trim() === '' ? [] : numbers.split(',').map((part) => part.trim());
  if (!parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return { reason };
  return { stored: `[${parts.join(', ')}]` };
}
