/** The folder of a store's cached rows: for its owner alone, out of version control, and no larger than it may be. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const suffix = '.rows';
const overlaySuffix = '.over';

/** A name of fixed length for whatever tells two apart. */
const nameFor = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** Every call of it may fail as the file system does. */
export class CacheFolder {
  readonly #folder: string;
  readonly most: number;

  /** `most`: bytes that all files together may have. */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.most = most;
  }

  /** Where the rows of a table under a key and a salt are. */
  base(table: string, key: readonly string[], salt: string): string {
    return path.join(this.#folder, `${nameFor([table, key, salt])}${suffix}`);
  }

  overlay(base: string, snapshot: string, createdAt: string): string {
    return base.slice(0, -suffix.length) + `-${nameFor([snapshot, createdAt]).slice(0, 16)}${overlaySuffix}`;
  }

  /** Before something is written: the folder, and what keeps it out of version control. */
  make(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const ignore = path.join(this.#folder, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 });
  }

  #all(): string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder).map((name) => path.join(this.#folder, name)) : [];
  }

  /** The overlays of a base, the newest first. */
  overlaysOf(base: string): string[] {
    const start = base.slice(0, -suffix.length);
    return this.#all()
      .filter((file) => file.startsWith(start) && file.endsWith(overlaySuffix))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  }

  /** A base with its overlays. */
  remove(base: string): void {
    for (const file of [...this.overlaysOf(base), base]) rmSync(file, { force: true });
  }

  /** Bases and overlays. */
  files(): string[] {
    return this.#all().filter((file) => file.endsWith(suffix) || file.endsWith(overlaySuffix));
  }

  bases(): string[] {
    return this.#all().filter((file) => file.endsWith(suffix));
  }

  bytes(): number {
    return this.#all().reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** Takes the bases that were used the longest ago until there is room for so many bytes more beside `kept`. */
  makeRoom(bytes: number, kept: string): void {
    const age = (file: string): number => statSync(file, { throwIfNoEntry: false })?.atimeMs ?? 0;
    const others = this.bases().filter((file) => file !== kept);
    for (const file of others.sort((a, b) => age(a) - age(b))) {
      if (this.bytes() + bytes <= this.most) return;
      this.remove(file);
    }
  }

  /** All of it; the bytes that were freed. */
  clear(): number {
    const bytes = this.bytes();
    rmSync(this.#folder, { recursive: true, force: true });
    return bytes;
  }
}
