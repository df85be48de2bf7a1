/** Who answers for a kind of connection. */
import { Failure } from '../base/failure.ts';
import { invariant } from '../base/assert.ts';
import { say } from '../base/say.ts';
import { isFile } from '../data/place.ts';
import type { LocalStore, StoreRecovery } from '../data/store.ts';
import type { OpenRequest } from '../protocol/engine.ts';
import { recoverStore } from '../stores/embedded/file/recover.ts';
import { EmbeddedStore } from '../stores/embedded/store.ts';

/** What answers the store port for one kind of connection. */
export interface Backend {
  open(request: OpenRequest, signal?: AbortSignal): Promise<LocalStore>;
  /** Of one that keeps a backup beside its file: checks it, and with `swap` puts it in the file's place. */
  readonly recover?: (path: string, swap: boolean) => StoreRecovery;
}

const embedded: Backend = {
  async open(request) {
    invariant(isFile(request), 'it is a file');
    const { path, readOnly, create } = request;
    return EmbeddedStore.open({ path, readOnly, create });
  },
  recover: recoverStore,
};

const matrixone: Backend = {
  async open(request, signal) {
    invariant(!isFile(request), 'it is a server');
    // A part of its own: its driver is larger than all the rest, and a process that serves a file never starts it.
    const { MatrixoneStore } = await import('../stores/matrixone/store.ts');
    return MatrixoneStore.open(request, signal);
  },
};

/** The backends of this process by kind. */
export const backends = new Map<string, Backend>([
  ['embedded', embedded],
  ['matrixone', matrixone],
]);

function backendOf(kind: string): Backend {
  const found = backends.get(kind);
  if (found) return found;
  throw new Failure('store.unsupported', { what: say('There is no store of the kind "{0}" here.', kind) });
}

export const openStore = async (request: OpenRequest, signal?: AbortSignal): Promise<LocalStore> =>
  backendOf(request.kind).open(request, signal);

/** `store.unsupported` of a kind of store that keeps no backup. */
export function recoverFile({ kind, path, swap }: { kind: string; path: string; swap: boolean }): StoreRecovery {
  const { recover } = backendOf(kind);
  if (recover) return recover(path, swap);
  throw new Failure('store.unsupported', { what: say('{0} keeps no backup beside it.', path) });
}
