/** The store port over an engine process, so that use cases need not know that the store lives elsewhere. */
import { Failure } from '../base/failure.ts';
import type { Store } from '../data/store.ts';
import { live } from '../data/version.ts';
import { changeOf } from './changing.ts';
import type { EngineContract } from './engine.ts';
import type { Caller } from './rpc.ts';

/** What a request sees whose process went away under it: `store.lost`, with what it was changing. */
export function lostUnder(error: unknown, store: string, name: string, parameter: unknown): unknown {
  if (!Failure.is(error, 'process.ended')) return error;
  const what = changeOf(name, parameter);
  return new Failure('store.lost', { store, ...(what !== null && { what }) }, { cause: error });
}

/** `label` names the store when its process ends under it (`store.lost`). */
export function engineStore(engine: Caller<EngineContract>, label: string): Store {
  const call: Caller<EngineContract>['call'] = async (name, parameter, signal) => {
    try {
      return await engine.call(name, parameter, signal);
    } catch (error) {
      throw lostUnder(error, label, name, parameter);
    }
  };

  const stream = ((name: never, parameter: never, signal?: AbortSignal) =>
    items(name, engine.stream(name, parameter, signal), parameter)) as Caller<EngineContract>['stream'];

  async function* items<T, End>(name: string, source: AsyncGenerator<T, End>, p: unknown): AsyncGenerator<T, End> {
    try {
      return yield* source;
    } catch (error) {
      throw lostUnder(error, label, name, p);
    }
  }

  return {
    facts: () => call('store/facts', null),
    databases: () => call('store/databases', null),
    tables: (database) => call('store/tables', { database }),
    table: (table, at = live) => call('store/table', { table, at }),
    countRows: (table, at = live) => call('store/countRows', { table, at }),
    snapshots: () => call('snapshot/list', null),
    findSnapshot: (name, table) => call('snapshot/find', { name, table }),
    keptDisk: (of) => call('snapshot/keptDisk', { of }),
    recoveryWindows: () => call('store/recoveryWindows', null),
    branches: () => call('store/branches', null),
    createSnapshot: (name, target) => call('snapshot/create', { name, target }),
    dropSnapshot: async (name) => void (await call('snapshot/drop', { name })),
    readRows: (request, signal) => stream('rows/read', request, signal),
    countDelta: (request, signal) => call('delta/count', request, signal),
    readDelta: (request, signal) => stream('delta/read', request, signal),
    readSides: (request, signal) => stream('delta/sides', request, signal),
    deltaWay: (request) => call('delta/way', request),
    previewRestore: (target, to, signal) => call('restore/preview', { target, to }, signal),
    restore: (preview, safetyName, signal) => call('restore/run', { preview, safetyName }, signal),
    editRows: (edits, signal) => call('restore/rows', edits, signal),
    query: (request, signal) => stream('query/run', request, signal),
    write: (statements) => call('store/write', { statements }),
    changeCount: () => call('store/changeCount', null),
    compact: (signal) => call('store/compact', null, signal),
    close: async () => void (await call('store/close', null)),
  };
}
