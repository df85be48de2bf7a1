/** A store whose program ends at a statement of its own: what came before it is there, a transaction it was in is not. */
import type { Store, Write } from '../../../src/data/store.ts';
import { storeWith } from '../../app/support/storeWith.ts';

/** What a program that was killed says nothing of; no failure of the product. */
export class Killed extends Error {}

export interface Watched {
  readonly store: Store;
  /** Every statement that was sent, in order; those of a transaction one by one. */
  readonly statements: readonly string[];
}

const readsOnly = /^\s*SELECT\b/i;

/** Ends before the changing statement number `at` (from 0), and answers nothing from then on; without a number it only watches. */
export function killedAt(store: Store, at = Number.POSITIVE_INFINITY): Watched {
  const statements: string[] = [];
  let isKilled = false;
  const said = (sql: string): boolean => {
    if (isKilled) throw new Killed();
    statements.push(sql);
    isKilled = !readsOnly.test(sql) && statements.filter((one) => !readsOnly.test(one)).length > at;
    return !isKilled;
  };
  const watched: Partial<Store> = {
    query(request, signal) {
      if (!said(request.sql)) throw new Killed();
      return store.query(request, signal);
    },
    async write(writes: readonly Write[]) {
      // Asked one by one, so that what a transaction had done until then is really undone.
      const before = writes.findIndex(({ sql }) => !said(sql));
      if (before < 0) return store.write(writes);
      const undone: Write = { sql: 'UPDATE deltatrain.meta SET name = name WHERE 1 = 0', values: [], expect: 1 };
      await store.write([...writes.slice(0, before), undone]).catch(() => undefined);
      throw new Killed();
    },
  };
  return {
    statements,
    store: storeWith(store, watched),
  };
}
