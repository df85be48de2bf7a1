/** The bases that are open in this process, with the overlays of each; and what becomes of their files. */
import { existsSync, rmSync } from 'node:fs';
import { tableText } from '../../data/table.ts';
import { CacheFile, CacheWriter, type Identity, type Secret, Unusable } from './cacheFile.ts';
import { CachedVersion, noOverlay, type Overlay, overlayOf } from './cachedVersion.ts';
import type { CacheFolder } from './cacheFolder.ts';
import type { HashRequest } from './requests.ts';

const keptOverlays = 3;

/** One base with what is known of it. */
export interface Opened {
  readonly file: CacheFile;
  readonly versions: Map<string, CachedVersion>;
}

export const versionName = ({ snapshot, createdAt }: Pick<Identity, 'snapshot' | 'createdAt'>): string =>
  `${snapshot} ${createdAt}`;

const createdAtOf = (name: string): bigint => BigInt(name.slice(name.lastIndexOf(' ') + 1) || '0');
export const byNewest = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  createdAtOf(a) < createdAtOf(b) ? 1 : createdAtOf(a) > createdAtOf(b) ? -1 : 0;

/** Whose rows a file has; null where it cannot be read. */
export function identityIn(path: string, secret: Secret): Identity | null {
  try {
    const file = CacheFile.open(path, secret);
    file.close();
    return file.footer.identity;
  } catch (error) {
    if (error instanceof Unusable) return null;
    throw error;
  }
}

/** By the paths of their files. */
export class OpenedBases {
  readonly folder: CacheFolder;
  readonly secret: Secret;
  readonly #opened = new Map<string, Opened>();
  /** Bases that cannot be made here: too large, of a key that is none, or where nothing can be written. */
  readonly hopeless = new Set<string>();

  constructor(folder: CacheFolder, secret: Secret) {
    this.folder = folder;
    this.secret = secret;
  }

  /** Whether there is a file, good or not. */
  isThere(base: string): boolean {
    return this.#opened.has(base) || existsSync(base);
  }

  all(): [string, Opened][] {
    return [...this.#opened];
  }

  forget(base: string): void {
    this.close(base);
    try {
      this.folder.remove(base);
    } catch {
      // Somebody else's, or not to be written: it is not used again here.
      this.hopeless.add(base);
    }
  }

  close(base: string): void {
    this.#opened.get(base)?.file.close();
    this.#opened.delete(base);
  }

  /** The base that is there, if it is of this table and has the columns; else it is closed. */
  open(base: string, request: HashRequest, tableId: string): Opened | null {
    const known = this.#opened.get(base);
    const fits = ({ identity }: CacheFile['footer']): boolean =>
      identity.form === 'raw' &&
      identity.table === tableText(request.table) &&
      identity.tableId === tableId &&
      identity.salt === request.salt &&
      JSON.stringify(identity.key) === JSON.stringify(request.key) &&
      request.columns.every((name) => identity.columns.some((column) => column.name === name));
    if (known && fits(known.file.footer)) return known;
    this.close(base);
    try {
      const file = CacheFile.open(base, this.secret);
      const { footer } = file;
      if (!fits(footer)) {
        file.close();
        return null;
      }
      const opened = {
        file,
        versions: new Map([
          [versionName(footer.identity), new CachedVersion(file, noOverlay(footer.identity.columns.length))],
        ]),
      };
      this.#opened.set(base, opened);
      for (const one of this.folder.overlaysOf(base)) this.#openOverlay(opened, one);
      return opened;
    } catch (error) {
      if (error instanceof Unusable) return null;
      throw error;
    }
  }

  /** An overlay that is damaged, or of another base, is not taken. */
  #openOverlay({ file, versions }: Opened, path: string): void {
    try {
      const own = CacheFile.open(path, this.secret);
      try {
        const { identity, base } = own.footer;
        const { snapshot: _s, createdAt: _c, ...same } = identity;
        const { snapshot: _t, createdAt: _d, ...wanted } = file.footer.identity;
        if (base !== file.footer.digest || JSON.stringify(same) !== JSON.stringify(wanted))
          throw new Unusable('otherBase');
        versions.set(versionName(identity), new CachedVersion(file, overlayOf(own, identity.columns.length)));
      } finally {
        own.close();
      }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      rmSync(path, { force: true });
    }
  }

  /** Written for the next process; without it only speed is lost. */
  keepOverlay(base: string, file: CacheFile, identity: Identity, overlay: Overlay, rows: number): void {
    try {
      const writer = new CacheWriter(
        this.folder.overlay(base, identity.snapshot, identity.createdAt),
        this.folder.most,
        this.secret,
      );
      try {
        writer.add(overlay.entries);
        const gone = Buffer.from(overlay.gone).toString('base64');
        writer.finish({ identity, rows, base: file.footer.digest, gone });
      } finally {
        writer.abandon();
      }
      for (const old of this.folder.overlaysOf(base).slice(keptOverlays)) rmSync(old, { force: true });
    } catch {
      // A full disk, or a place that is not to be written.
    }
  }

  rebase(base: string, { file }: Opened, name: string, version: CachedVersion): void {
    const space = name.lastIndexOf(' ');
    const identity = { ...file.footer.identity, snapshot: name.slice(0, space), createdAt: name.slice(space + 1) };
    try {
      const writer = new CacheWriter(base, this.folder.most, this.secret);
      try {
        let rows = 0;
        for (const block of version.read({ from: null, below: null })) {
          writer.add(block);
          rows += block.rows;
        }
        const old = this.folder.overlaysOf(base);
        writer.finish({ identity, rows });
        for (const one of old) rmSync(one, { force: true });
      } finally {
        writer.abandon();
      }
      this.close(base);
    } catch (error) {
      if (error instanceof Unusable) this.forget(base);
      // Else a full disk: the old base and its overlay stay.
    }
  }

  /** What has rows of a snapshot that is gone. */
  dropSnapshot(name: string): void {
    try {
      for (const base of this.folder.bases()) {
        const known = [base, ...this.folder.overlaysOf(base)].filter(
          (file) => identityIn(file, this.secret)?.snapshot === name,
        );
        if (known.includes(base)) this.forget(base);
        else if (known.length > 0) {
          this.close(base);
          for (const file of known) rmSync(file, { force: true });
        }
      }
    } catch {
      // Not to be written.
    }
  }
}
