/** What kind of feature a column is, where the plan does not say: from its type, and from its values where the type tells too little. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { FeatureKind } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import { isDateText } from './days.ts';

const byType: readonly (readonly [RegExp, FeatureKind | 'refused'])[] = [
  [/^BOOL/, 'boolean'],
  [/^(TINY|SMALL|MEDIUM|BIG)?INT|^(FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC)/, 'number'],
  [/^(DATE|DATETIME|TIMESTAMP)\b/, 'date'],
  [/^(TINY|MEDIUM|LONG)?BLOB|^(VAR)?BINARY|^JSON|^VEC/, 'refused'],
];

/** `values`: some of the column's, nulls included; the same ones whatever the size of a page. */
export function guessKind(name: string, type: string, values: readonly Value[]): FeatureKind {
  const known = byType.find(([pattern]) => pattern.test(type.toUpperCase()))?.[1];
  if (known === 'refused')
    throw new Failure('plan.unsupported', {
      what: say('"{0}" ({1}) cannot be learnt from.', name, type),
      hint: say('Leave it out of the features.'),
    });
  if (known) return known;
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return 'category';
  if (present.every((value) => typeof value === 'number' || typeof value === 'bigint')) return 'number';
  if (present.every((value) => typeof value === 'string' && isDateText(value))) return 'date';
  if (present.every((value) => typeof value === 'string' && /^(true|false)$/i.test(value))) return 'boolean';
  return 'category';
}
