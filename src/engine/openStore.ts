/** Which store answers for a kind of connection. */
import type { LocalStore } from '../data/store.ts';
import type { OpenRequest } from '../protocol/engine.ts';
import { EmbeddedStore } from '../stores/embedded/store.ts';

export async function openStore(request: OpenRequest, signal?: AbortSignal): Promise<LocalStore> {
  if (request.kind === 'matrixone') {
    // Its driver is most of this program: a process that serves a file need not start it.
    const { MatrixoneStore } = await import('../stores/matrixone/store.ts');
    return MatrixoneStore.open(request, signal);
  }
  const { path, readOnly, create } = request;
  return EmbeddedStore.open({ path, readOnly, create });
}
