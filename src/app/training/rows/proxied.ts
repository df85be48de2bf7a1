/** A store of which some calls are answered otherwise. */
import type { Store } from '../../../data/store.ts';

/** The calls of a store by name, bound to it: what is not named in `calls` is the store's own. */
export const proxied = (store: Store, calls: Partial<Store>): Store => ({
  facts: () => store.facts(),
  databases: () => store.databases(),
  tables: (database) => store.tables(database),
  table: (name, at) => store.table(name, at),
  countRows: (name, at) => store.countRows(name, at),
  snapshots: () => store.snapshots(),
  findSnapshot: (name, table) => store.findSnapshot(name, table),
  keptDisk: (of) => store.keptDisk(of),
  recoveryWindows: () => store.recoveryWindows(),
  branches: () => store.branches(),
  createSnapshot: (name, target) => store.createSnapshot(name, target),
  dropSnapshot: (name) => store.dropSnapshot(name),
  readRows: (request, signal) => store.readRows(request, signal),
  countDelta: (request, signal) => store.countDelta(request, signal),
  readDelta: (request, signal) => store.readDelta(request, signal),
  deltaWay: (request) => store.deltaWay(request),
  readSides: (request, signal) => store.readSides(request, signal),
  previewRestore: (target, to, signal) => store.previewRestore(target, to, signal),
  restore: (preview, safetyName, signal) => store.restore(preview, safetyName, signal),
  editRows: (edits, signal) => store.editRows(edits, signal),
  query: (request, signal) => store.query(request, signal),
  write: (statements) => store.write(statements),
  changeCount: () => store.changeCount(),
  compact: (signal) => store.compact(signal),
  close: () => store.close(),
  ...calls,
});
