/** Which store answers for a kind of connection. */
import { Failure } from '../base/failure.ts';
import type { LocalStore } from '../data/store.ts';
import type { OpenRequest } from '../protocol/engine.ts';
import { EmbeddedStore } from '../stores/embedded/store.ts';

export async function openStore(request: OpenRequest): Promise<LocalStore> {
  if (request.kind === 'matrixone')
    throw new Failure('store.unsupported', { what: 'MatrixOne connections are not part of this version.' });
  const { path, readOnly, create } = request;
  return EmbeddedStore.open({ path, readOnly, create });
}
