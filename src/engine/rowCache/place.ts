/** Where the cached rows of a connection are, how much room they may take, and what signs them. */
import { isFile } from '../../data/place.ts';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OpenRequest } from '../../protocol/engine.ts';
import { CacheFolder } from './cacheFolder.ts';
import { identityIn } from './openedBases.ts';
import type { CacheSettings } from './rowCache.ts';

const usualMegabytes = 2_048;

type Environment = Readonly<Record<string, string | undefined>>;

/** `DELTATRAIN_CACHE_MB`, else what the request says; 0 is none. What is no number says nothing. */
function megabytesOf({ cacheMb }: OpenRequest, environment: Environment): number {
  const said = environment['DELTATRAIN_CACHE_MB'];
  const number = said === undefined || said.trim() === '' ? Number.NaN : Number(said);
  return Number.isFinite(number) && number >= 0 ? number : (cacheMb ?? usualMegabytes);
}

/** The folder in which programs of this machine keep what can be had again. */
function cacheHome(environment: Environment): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (process.platform === 'win32') return local ?? path.join(os.homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  return xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
}

/** The folder of a store's cached rows: beside a file, and of a server in this user's cache. */
export function cacheFolder(request: OpenRequest, environment: Environment = process.env): string {
  if (isFile(request)) return `${request.path}.rows`;
  const { host, port, user } = request;
  const name = createHash('sha256')
    .update(JSON.stringify([host, port, user]))
    .digest('hex')
    .slice(0, 32);
  return path.join(cacheHome(environment), 'deltatrain', `${name}.rows`);
}

/** The key of this user, made the first time; null where none can be kept. */
function secretOf(environment: Environment): Uint8Array | null {
  const folder = path.join(cacheHome(environment), 'deltatrain');
  const file = path.join(folder, 'rows.key');
  const read = (): Uint8Array | null => {
    try {
      const bytes = readFileSync(file);
      return bytes.length === 32 ? bytes : null;
    } catch {
      return null;
    }
  };
  const known = read();
  if (known) return known;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch {
    // Another program was faster, or nothing can be written there.
  }
  return read();
}

/** Null where nothing is to be cached: read-only connections leave no trace. */
export function cacheSettings(request: OpenRequest, environment: Environment = process.env): CacheSettings | null {
  const megabytes = megabytesOf(request, environment);
  if (request.readOnly || megabytes === 0) return null;
  const secret = secretOf(environment);
  return secret && { folder: cacheFolder(request, environment), maxBytes: Math.floor(megabytes * 1e6), secret };
}

/** Snapshots of a table that the cached rows of a connection hold; whose they are is told by their footers. */
export function cachedSnapshots(request: OpenRequest, table: string, environment: Environment = process.env): string[] {
  const secret = secretOf(environment);
  const files = new CacheFolder(cacheFolder(request, environment), 0).files();
  const own = secret ? files.flatMap((file) => identityIn(file, secret) ?? []) : [];
  return own.filter((one) => one.table === table).map(({ snapshot }) => snapshot);
}
