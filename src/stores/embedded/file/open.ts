/** Opening a store file: made when asked for, checked before it is trusted, refused with a reason. */
import { say } from '../../../base/say.ts';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  statfsSync,
  statSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../../base/failure.ts';
import { applicationId, catalogSql } from '../types/catalog.ts';
import { decimalAggregates } from '../dialect/decimals.ts';
import { sqlFunctions } from '../dialect/functions.ts';
import { FileConnection } from '../sqlite/driver.ts';
import { addHashFunction } from '../versions/hashOrder.ts';
import { firstFormat, isNewest, moveFileForward, requireKnownFormat } from './fileFormat.ts';
import { readHeader } from './header.ts';
import { settleLog } from './identity.ts';
import { freeLog } from './room.ts';
import { checkPages, soundBackup } from './soundness.ts';
import { requireTrusted } from './trust.ts';
import { inspect, isSuspicious } from './watch.ts';

/** `vacuum`: as `write`, for the one statement that needs a file beside the store. */
type Access = 'read' | 'write' | 'vacuum';

/** Which file, and how it is opened. */
export interface OpenOptions {
  readonly path: string;
  readonly readOnly: boolean;
  /** Make the file when it is missing. */
  readonly create: boolean;
  /** Milliseconds that a statement waits for another process; default 5,000. */
  readonly busyTimeout?: number;
  /** The most bytes the file may have; default as many as the disk holds. */
  readonly maxBytes?: number;
}

/** What the store opens its connections with. */
export interface Opened {
  readonly path: string;
  readonly readOnly: boolean;
  /** It can only be read because the disk has no room even for the index of a log. */
  readonly isFull: boolean;
  readonly session: number | null;
  /** Why a file of an older format is only read; null for one that is not. */
  readonly held: Failure | null;
  /** What a person should know of the opening: one sentence each. */
  readonly notes: readonly string[];
  /** A new connection, with every setting in place. */
  connect(access: Access): FileConnection;
}

const defaultTimeout = 5000;

/** Refuses a file that is not ours before SQLite, which might change it, sees it. */
function checkHeader(path: string): void {
  let header: Buffer | null = null;
  try {
    header = readHeader(path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = statSync(path, { throwIfNoEntry: false })?.isDirectory()
      ? say('it is a folder. Name a file in it.')
      : message;
    throw new Failure('store.unreachable', { store: path, reason }, { cause: error });
  }
  if (!header) throw new Failure('store.notAStore', { store: path });
}

/** Made under another name and moved into place whole: whoever is killed meanwhile leaves no half of a store. */
function createFile(path: string, busyTimeout: number): void {
  const draft = `${path}.new-${process.pid}-${Date.now()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const db = new FileConnection({ path: draft, readOnly: false, busyTimeout, backup: () => null });
    try {
      // Before the first table, or it has no effect.
      db.exec('PRAGMA auto_vacuum = INCREMENTAL');
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.exec(`PRAGMA user_version = ${firstFormat}`);
      db.transaction('write', () => {
        for (const sql of catalogSql) db.exec(sql);
      });
    } finally {
      db.close();
    }
    moveIntoPlace(draft, path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'store.unreachable',
      { store: path, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Never over a file that somebody else made meanwhile. */
function moveIntoPlace(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (existsSync(path)) return;
    // A file system without hard links.
    if (error instanceof Error) renameSync(draft, path);
  }
}

function settle(db: FileConnection, access: Access): void {
  // REPLACE fires delete triggers only with recursive triggers; renaming a table must leave views and triggers of others alone.
  db.exec('PRAGMA recursive_triggers = ON');
  db.exec('PRAGMA legacy_alter_table = ON');
  db.exec('PRAGMA foreign_keys = OFF');
  db.exec('PRAGMA cache_size = -65536');
  if (access !== 'read') {
    // A network drive has no WAL: SQLite says what it is using instead, and then only a full sync is safe.
    const mode = String(db.value('PRAGMA journal_mode = WAL'));
    if (mode !== 'wal') db.exec('PRAGMA journal_mode = DELETE');
    db.exec(`PRAGMA synchronous = ${mode === 'wal' ? 'NORMAL' : 'FULL'}`);
  }
  addHashFunction(db);
  for (const { name, run, deterministic } of sqlFunctions) db.addFunction(name, run, { deterministic, wide: true });
  for (const aggregate of decimalAggregates) db.addAggregate(aggregate);
}

/** Opens for reading where not even SQLite's own side files can be made; only when there is no log that it would overlook. */
function connectFrozen(path: string, busyTimeout: number, error: unknown): FileConnection {
  const recoverable = Failure.is(error, 'store.unreachable') || Failure.is(error, 'store.readOnly');
  if (!recoverable || (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw error;
  const db = new FileConnection({
    path,
    location: new URL(`${pathToFileURL(path).href}?immutable=1`),
    readOnly: true,
    busyTimeout,
    backup: () => soundBackup(path),
  });
  settle(db, 'read');
  return db;
}

function connectTo(options: OpenOptions, access: Access): FileConnection {
  const { path, maxBytes } = options;
  const busyTimeout = options.busyTimeout ?? defaultTimeout;
  const db = new FileConnection({
    path,
    readOnly: access === 'read',
    busyTimeout,
    backup: () => soundBackup(path),
    vacuum: access === 'vacuum',
  });
  try {
    settle(db, access);
    if (maxBytes !== undefined && access !== 'read')
      db.exec(
        `PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / (db.value('PRAGMA page_size') as number)))}`,
      );
    if (access === 'read') db.value('SELECT count(*) FROM sqlite_schema');
    return db;
  } catch (error) {
    db.close();
    if (access === 'read') return connectFrozen(path, busyTimeout, error);
    throw error;
  }
}

/** Whether this user may write the file and, beside it, SQLite's log of what is not in it yet. */
function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Opens a store, for reading alone where it cannot be written; what it throws says what is wrong with the file. */
export function openFile(options: OpenOptions): Opened {
  const { path } = options;
  const busyTimeout = options.busyTimeout ?? defaultTimeout;
  if (!existsSync(path)) {
    if (!options.create || options.readOnly)
      throw new Failure('store.unreachable', { store: path, reason: say('there is no such file') });
    createFile(path, busyTimeout);
  }
  checkHeader(path);
  if (!options.readOnly) settleLog(path);
  const readOnly = options.readOnly || !mayWrite(path);
  const connect = (access: Access): FileConnection => connectTo(options, access);
  const opened = connectAs(path, readOnly ? 'read' : 'write', connect);
  const { db } = opened;
  try {
    requireKnownFormat(db);
    const isCurrent = db.transaction('read', () => requireTrusted(db));
    const { session, held, notes } = opened.access === 'read' ? onlyRead : enter(db, isCurrent);
    const { isFull } = opened;
    return { path, readOnly: opened.access === 'read' || held !== null, isFull, session, held, notes, connect };
  } finally {
    db.close();
  }
}

/** SQLite says "disk I/O error" where it cannot make the index of a log, which takes 32 KB. */
function hasNoRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize < 65_536;
}

/** On a disk that has no room even for the index of a log, a store is read all the same. */
function connectAs(
  path: string,
  access: Access,
  connect: (access: Access) => FileConnection,
): { db: FileConnection; access: Access; isFull: boolean } {
  try {
    return { db: connect(access), access, isFull: false };
  } catch (error) {
    const mayBeFull = Failure.is(error, 'store.full') || Failure.is(error, 'store.unreachable');
    if (access === 'read' || !mayBeFull) throw error;
    return { db: connect('read'), access: 'read', isFull: Failure.is(error, 'store.full') || hasNoRoom(path) };
  }
}

type Entered = Pick<Opened, 'session' | 'held' | 'notes'>;
const onlyRead: Entered = { session: null, held: null, notes: [] };

/** No session where the disk has no room to write it down, which is no reason not to read the rest. */
function enter(db: FileConnection, isCurrent: boolean): Entered {
  const begin = (): Entered => {
    const ended = endedSessions(db);
    // Before anything is built on it.
    if (ended.length > 0) checkPages(db);
    const isMoved = moveFileForward(db, undefined, () => requireNobodyElse(db));
    const session = beginSession(db, ended, isCurrent);
    return { ...onlyRead, session, notes: isMoved && hasTables(db) ? [movedText(db)] : [] };
  };
  try {
    return begin();
  } catch (error) {
    if (Failure.is(error, 'store.notMoved')) return { ...onlyRead, held: error, notes: [error.message] };
    if (!Failure.is(error, 'store.full')) throw error;
    freeLog(db);
  }
  try {
    return begin();
  } catch (error) {
    if (!Failure.is(error, 'store.full')) throw error;
    return isNewest(db) ? onlyRead : { ...onlyRead, held: error };
  }
}

const hasTables = (db: FileConnection): boolean => db.value('SELECT 1 FROM _dt_generations LIMIT 1') !== undefined;

const movedText = (db: FileConnection): string =>
  say(
    '{0} was of an older version and has the form of this one now: DECIMAL and BIGINT UNSIGNED are exact, with the values that they had. Older versions cannot open it any more.',
    db.path,
  );

/** An older program that has the file open would go on writing numbers of the form of before. */
function requireNobodyElse(db: FileConnection): void {
  const others = db.all('SELECT pid FROM _dt_sessions WHERE host = ? AND pid <> ?', hostname(), process.pid);
  const [found] = others.flat().filter((pid) => isRunning(pid as number));
  if (found === undefined) return;
  throw new Failure('store.notMoved', {
    store: db.path,
    reason: say('The process {0} has it open. Close that one, then open the store again.', String(found)),
  });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it runs, and we may not signal it.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Numbers of the sessions of processes of this machine that ended without closing the store. */
const endedSessions = (db: FileConnection): number[] =>
  (db.all('SELECT id, pid FROM _dt_sessions WHERE host = ?', hostname()) as [number, number][])
    .filter(([, pid]) => !isRunning(pid))
    .map(([id]) => id);

/** Enters this process. */
const beginSession = (db: FileConnection, ended: readonly number[], isCurrent: boolean): number =>
  db.transaction('write', () => {
    for (const id of ended) db.run('DELETE FROM _dt_sessions WHERE id = ?', id);
    db.run('INSERT INTO _dt_sessions (pid, host) VALUES (?, ?)', process.pid, hostname());
    if (!isCurrent || isSuspicious(db)) inspect(db);
    return db.value('SELECT max(id) FROM _dt_sessions') as number;
  });

/**
 * Says that a process is done with the file, so that the next one to open it does not take it for crashed; true for the last one. On a
 * full disk it cannot be said, and the next one looks the file over.
 */
export function endSession(db: FileConnection, session: number | null): boolean {
  if (session === null) return false;
  try {
    db.run('DELETE FROM _dt_sessions WHERE id = ?', session);
  } catch (error) {
    if (Failure.is(error, 'store.full')) return false;
    throw error;
  }
  return db.value('SELECT 1 FROM _dt_sessions LIMIT 1') === undefined;
}

/** The row of a session is in the file that was opened, and in no other. */
export const isEntered = (db: FileConnection, session: number): boolean =>
  db.value('SELECT 1 FROM _dt_sessions WHERE id = ? AND pid = ?', session, process.pid) !== undefined;
