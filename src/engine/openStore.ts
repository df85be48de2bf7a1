/** Which store answers for a kind of connection. */
import type { LocalStore } from '../data/store.ts';
import type { OpenRequest } from '../protocol/engine.ts';
import { EmbeddedStore } from '../stores/embedded/store.ts';

export function openStore({ path, readOnly, create }: OpenRequest): LocalStore {
  return EmbeddedStore.open({ path, readOnly, create });
}
