/** A store with some methods of a test's own; the others are its own, fields that nobody else may see included. */
import type { Store } from '../../../src/data/store.ts';

export const storeWith = <S extends Store>(store: S, own: Partial<Store>): S =>
  new Proxy(store, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
