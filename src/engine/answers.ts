/** What the engine process answers: the store port, files, and scratch copies, over the store that was opened. */
import { say, setTranslations } from '../base/say.ts';
import { invariant } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import type { LocalStore } from '../data/store.ts';
import { tableText } from '../data/table.ts';
import { exportTable } from '../files/exportTable.ts';
import type { EngineContract, OpenRequest } from '../protocol/engine.ts';
import type { Answers } from '../protocol/rpc.ts';
import { recoverFile } from './backends.ts';
import { KeptDeltas } from './keptDeltas.ts';
import { NewFiles } from './newFiles.ts';
import { progressOf } from './progress.ts';
import { cacheSettings } from './rowCache/place.ts';
import { type CacheSettings, RowCache } from './rowCache/rowCache.ts';
import { Spools } from './spools.ts';

/** Reading files is a part of its own: most processes never do. */
const reader = (): Promise<typeof import('../files/importFile.ts')> => import('../files/importFile.ts');

const pageReader = (): Promise<typeof import('../files/readPages.ts')> => import('../files/readPages.ts');

const profiler = (): Promise<typeof import('../files/profileFile.ts')> => import('../files/profileFile.ts');

/** `close` ends the scratch copies and the store; it may be called when nothing is open. */
export function engineAnswers(
  open: (request: OpenRequest, signal: AbortSignal) => Promise<LocalStore>,
  cached: (request: OpenRequest) => CacheSettings | null = cacheSettings,
): {
  answers: Answers<EngineContract>;
  close: () => Promise<void>;
} {
  let opened: LocalStore | undefined;
  let deltas: KeptDeltas | undefined;
  let rows: RowCache | undefined;
  const spools = new Spools();
  const newFiles = new NewFiles();
  const store = (): LocalStore => {
    invariant(opened, 'the store is opened before it is asked');
    return opened;
  };
  const close = async (): Promise<void> => {
    spools.closeAll();
    await newFiles.dropAll();
    const [closing, cache] = [opened, rows];
    [opened, deltas, rows] = [undefined, undefined, undefined];
    await cache?.settle();
    cache?.close();
    await closing?.close();
  };
  const answers: Answers<EngineContract> = {
    'process/language': ({ strings }) => {
      setTranslations(strings);
      return null;
    },
    'store/open': async (request, signal) => {
      await close();
      const found = await open(request, signal);
      const kept = new KeptDeltas(found);
      const settings = cached(request);
      [opened, deltas] = [found, kept];
      rows = settings ? new RowCache(found, (delta, aborted) => kept.read(delta, aborted), settings) : undefined;
      return found.facts();
    },
    'store/facts': () => store().facts(),
    'store/databases': () => store().databases(),
    'store/tables': ({ database }) => store().tables(database),
    'store/table': ({ table, at }) => store().table(table, at),
    'store/countRows': ({ table, at }) => store().countRows(table, at),
    'store/write': ({ statements }) => store().write(statements),
    'store/changeCount': () => store().changeCount(),
    'store/compact': async (_, signal) => {
      const cleared = rows?.clear() ?? 0;
      const { before, after } = await store().compact(signal);
      return { before: before + cleared, after };
    },
    'cache/clear': () => ({ bytes: rows?.clear() ?? 0 }),
    'store/close': async () => {
      await close();
      return null;
    },
    'store/recover': recoverFile,
    'snapshot/list': () => store().snapshots(),
    'snapshot/create': ({ name, target }) => store().createSnapshot(name, target),
    'snapshot/drop': async ({ name }) => {
      await store().dropSnapshot(name);
      rows?.dropSnapshot(name);
      return null;
    },
    'snapshot/find': ({ name, table }) => store().findSnapshot(name, table),
    'snapshot/keptDisk': ({ of }) => store().keptDisk(of),
    'store/recoveryWindows': () => store().recoveryWindows(),
    'store/branches': () => store().branches(),
    'delta/count': (request, signal) => store().countDelta(request, signal),
    'delta/way': (request) => store().deltaWay(request),
    'restore/preview': ({ target, to }, signal) => store().previewRestore(target, to, signal),
    'restore/run': ({ preview, safetyName }, signal) => store().restore(preview, safetyName, signal),
    'restore/rows': (edits, signal) => store().editRows(edits, signal),
    'file/preview': async ({ file, reading }, signal) => {
      const holds = opened && ((type: string): boolean => store().holds(type));
      return (await reader()).previewFile(file, { ...(reading && { reading }), ...(holds && { holds }) }, signal);
    },
    'file/profile': async ({ file, key, reading }, signal) =>
      (await profiler()).profileFile(file, key, reading, signal),
    async *'file/rows'(request, signal) {
      return yield* (await pageReader()).readPages(request, signal);
    },
    'file/begin': (file) => newFiles.begin(file),
    'file/write': async ({ id, page }) => {
      await newFiles.write(id, page);
      return null;
    },
    'file/end': ({ id }) => newFiles.end(id),
    'file/drop': async ({ id }) => {
      await newFiles.drop(id);
      return null;
    },
    'table/profile': async ({ table }, signal) => (await profiler()).profileTable(store(), table, signal),
    'rows/read': (request, signal) => (rows ?? store()).readRows(request, signal),
    'delta/read': (request, signal) => deltas?.read(request, signal) ?? store().readDelta(request, signal),
    'delta/sides': (request, signal) => store().readSides(request, signal),
    'query/run': (request, signal) => store().query(request, signal),
    'table/import': (request, signal) =>
      progressOf(
        async (onProgress) => (await reader()).importFile(store(), request, onProgress, signal),
        ({ safetySnapshot }) =>
          new Failure('write.unsure', {
            store: tableText(request.table),
            what: say('the import'),
            seconds: null,
            done: true,
            kept: safetySnapshot,
          }),
      ),
    'table/export': (request, signal) =>
      progressOf((onProgress) => exportTable(store(), request, (rows) => onProgress({ rows }), signal)),
    'spool/open': ({ source, maxRows }, signal) => spools.open(store(), source, maxRows, signal),
    'spool/page': ({ id, start, count, view }) => spools.get(id).page(start, count, view),
    'spool/distribution': ({ id, column }, signal) => spools.distribution(store(), id, column, signal),
    'spool/changes': ({ id }) => spools.get(id).changes(),
    'spool/pairs': ({ id, column, view }) => spools.get(id).pairs(column, view),
    'spool/export': ({ id, file, view, columns, guardCells }, signal) =>
      progressOf((onProgress) =>
        spools.export(id, { file, guardCells, columns }, view, (rows) => onProgress({ rows }), signal),
      ),
    'spool/close': ({ id }) => {
      spools.close(id);
      return null;
    },
  };
  return { answers, close };
}
