/** What changed between two snapshots, as an overlay. */
import { at } from '../../base/assert.ts';
import { type DeltaPage, flagNames } from '../../data/change.ts';
import { cellAt, type Cells, packCells } from '../../data/page.ts';
import { sameValue } from '../../data/value.ts';
import { hashBytes, joinBlocks, type RowBlock } from './rowBlock.ts';
import type { CachedVersion, Overlay } from './cachedVersion.ts';

/** Changed rows whose value before is held against what is cached: enough to find a cache that has strayed, at the cost of so many blocks. */
const checkedRows = 8;

/** Takes the pages of a delta in the order of their hashes. */
export class DeltaEntries {
  readonly #columns: readonly string[];
  readonly #known: CachedVersion;
  readonly #blocks: RowBlock[] = [];
  readonly #gone: number[] = [];
  #checked = 0;
  /** By how many rows the version grew. */
  growth = 0;
  /** False where a row was not what the cache has of it. */
  agrees = true;

  constructor(columns: readonly string[], known: CachedVersion) {
    this.#columns = columns;
    this.#known = known;
  }

  add(page: DeltaPage): void {
    const { hashes = [], rows, flags } = page;
    const places = this.#columns.map((name) => page.columns.findIndex((column) => column.name === name));
    const bytes = Buffer.alloc(hashBytes * rows);
    hashes.forEach((hash, i) => bytes.write(hash, hashBytes * i, 'hex'));
    const cells = places.map(
      (place): Cells => page.after[place] ?? packCells(Array.from({ length: rows }, () => null)),
    );
    this.#blocks.push({ rows, hashes: bytes, cells });
    for (let i = 0; i < rows; i++) {
      const flag = at(flagNames, at(flags, i));
      this.#gone.push(flag === 'deleted' ? 1 : 0);
      this.growth += flag === 'inserted' ? 1 : flag === 'deleted' ? -1 : 0;
      if (flag !== 'inserted') this.#check(page, places, i);
    }
  }

  #check(page: DeltaPage, places: readonly number[], i: number): void {
    if (this.#checked >= checkedRows) return;
    this.#checked += 1;
    const row = this.#known.row(at(page.hashes ?? [], i));
    const same =
      row && places.every((place, c) => sameValue(cellAt(at(row.cells, c), 0), cellAt(at(page.before, place), i)));
    if (!same) this.agrees = false;
  }

  done(): Overlay {
    return { entries: joinBlocks(this.#blocks, this.#columns.length), gone: Uint8Array.from(this.#gone) };
  }
}
