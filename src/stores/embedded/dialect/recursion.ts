/** A recursive query that never ends is stopped: SQLite would go on for ever, and nobody could stop it from outside. */
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import type { SqlFunction } from './sqlFunction.ts';

/** Rows that each recursive query has made since its first member, by the name that it has in SQLite. */
const rows = new Map<string, number>();

/**
 * Both give their second argument back; the first is the query's name in SQLite, the third its own. `dt_begun` stands in the first member,
 * `dt_went_on` in the recursive one: `limit.reached` where that makes more rows than it may.
 */
export const recursionFunctions: readonly SqlFunction[] = [
  {
    name: 'dt_begun',
    deterministic: false,
    run: (name, value) => {
      rows.set(String(name), 0);
      return value ?? null;
    },
  },
  {
    name: 'dt_went_on',
    deterministic: false,
    run: (name, value, where) => {
      const made = (rows.get(String(name)) ?? 0) + 1;
      if (made > limits.recursion.most)
        throw new Failure('limit.reached', { limit: 'recursion', where: String(where) });
      rows.set(String(name), made);
      return value ?? null;
    },
  },
];
