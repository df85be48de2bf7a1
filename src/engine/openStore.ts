/** Which store answers for a kind of connection. */
import type { LocalStore } from '../data/store.ts';
import type { OpenRequest } from '../protocol/engine.ts';
import { EmbeddedStore } from '../stores/embedded/store.ts';

export async function openStore(request: OpenRequest, signal?: AbortSignal): Promise<LocalStore> {
  if (request.kind === 'matrixone') {
    // A part of its own: its driver is larger than all the rest, and a process that serves a file never starts it.
    const { MatrixoneStore } = await import('../stores/matrixone/store.ts');
    return MatrixoneStore.open(request, signal);
  }
  const { path, readOnly, create } = request;
  return EmbeddedStore.open({ path, readOnly, create });
}
