/**
 * All rows of a snapshot put into the order of their hashes: read once by key, hashed here, sorted in buckets of the hash, so that
 * memory does not grow with the table.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { at } from '../../base/assert.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import { cellAt, type RowPage } from '../../data/page.ts';
import type { RowsRequest, Store } from '../../data/store.ts';
import { rowHash } from '../../stores/hashRows.ts';
import {
  blockOf,
  bytesOf,
  hashBytes,
  inHashOrder,
  joinBlocks,
  joinSegments,
  pickRows,
  type RowBlock,
} from './rowBlock.ts';
import { CacheWriter, type Identity, type Secret, Unusable } from './cacheFile.ts';

/** Rows that are sorted at once, and of a bucket those that wait in memory. */
const bucketRows = 131_072;
const waitingRows = 1_024;

/** What is built, and how much room it may take. */
export interface BaseOrder {
  readonly path: string;
  readonly identity: Identity;
  readonly request: Pick<RowsRequest, 'table' | 'at'>;
  /** As the snapshot has them. */
  readonly rows: number;
  readonly blockRows: number;
  readonly most: number;
  readonly secret: Secret;
  /** For tests: as `bucketRows`. */
  readonly sortedRows?: number;
}

/** A page with its hashes as bytes. `Unusable` where the key is no key: then the store says what is wrong with it. */
function hashed(page: RowPage, { key, salt }: Identity): RowBlock {
  const hashes = Buffer.alloc(hashBytes * page.rows);
  const parts = page.cells.slice(0, key.length);
  for (let i = 0; i < page.rows; i++) {
    const values = parts.map((cells) => cellAt(cells, i));
    if (values.includes(null)) throw new Unusable('nullKey');
    hashes.write(rowHash(salt, values), hashBytes * i, 'hex');
  }
  if (
    page.hashes &&
    !page.hashes.every((hash, i) => hashes.toString('hex', hashBytes * i, hashBytes * (i + 1)) === hash)
  )
    throw new Unusable('otherHash');
  return { rows: page.rows, hashes, cells: page.cells };
}

/** The rows of one range of the hash, in a file while they are many. */
class Bucket {
  readonly #path: string;
  readonly #columns: number;
  #fd: number | null = null;
  #waiting: RowBlock[] = [];
  #waitingRows = 0;
  readonly #written: number[] = [];

  constructor(path: string, columns: number) {
    this.#path = path;
    this.#columns = columns;
  }

  add(block: RowBlock, isAlone: boolean): void {
    this.#waiting.push(block);
    this.#waitingRows += block.rows;
    if (!isAlone && this.#waitingRows >= waitingRows) this.#spill();
  }

  #spill(): void {
    const bytes = bytesOf(joinBlocks(this.#waiting, this.#columns));
    this.#fd ??= openSync(this.#path, 'wx+', 0o600);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.#written.push(bytes.length);
    this.#waiting = [];
    this.#waitingRows = 0;
  }

  /** All of its rows, which it then forgets. */
  take(): RowBlock {
    const blocks: RowBlock[] = [];
    let place = 0;
    for (const bytes of this.#written) {
      const buffer = Buffer.allocUnsafe(bytes);
      for (let done = 0; done < bytes; ) done += readSync(this.#fd ?? -1, buffer, done, bytes - done, place + done);
      blocks.push(blockOf(buffer));
      place += bytes;
    }
    const all = joinBlocks([...blocks, ...this.#waiting], this.#columns);
    this.close();
    return all;
  }

  close(): void {
    this.#waiting = [];
    this.#written.length = 0;
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    rmSync(this.#path, { force: true });
  }
}

/** Buckets by the first bits of the hash: a power of two, at most 256. */
const bucketsFor = (rows: number, sorted: number): number =>
  Math.min(256, 2 ** Math.ceil(Math.log2(Math.max(1, rows / sorted))));

/** Puts the rows of a page into their buckets. */
function distribute(block: RowBlock, buckets: readonly Bucket[]): void {
  if (buckets.length === 1) return at(buckets, 0).add(block, true);
  const shift = 8 - Math.log2(buckets.length);
  const rows: number[][] = buckets.map(() => []);
  for (let i = 0; i < block.rows; i++) at(rows, (block.hashes[hashBytes * i] as number) >> shift).push(i);
  rows.forEach((own, b) => {
    if (own.length > 0) at(buckets, b).add(pickRows(block, Uint32Array.from(own)), false);
  });
}

/** Writes the base of a snapshot. `Unusable` where that cannot be done; a failure of the store as it is. */
export async function buildBase(store: Store, order: BaseOrder, signal?: AbortSignal): Promise<void> {
  const { path, identity, request, blockRows, most, sortedRows = bucketRows } = order;
  const columns = identity.columns.map(({ name }) => name);
  const count = bucketsFor(order.rows, sortedRows);
  const name = `${path}.${process.pid}-${Date.now().toString(36)}`;
  const buckets = Array.from({ length: count }, (_, b) => new Bucket(`${name}-${b}.part`, columns.length));
  const writer = new CacheWriter(path, most, order.secret);
  try {
    const { key, salt } = identity;
    // Of a few rows the store's own hash is asked for too: ours has to be the same.
    for await (const page of store.readRows(
      { ...request, columns, order: 'key', key, salt, withHash: true, limit: 64 },
      signal,
    ))
      hashed(page, identity);
    let rows = 0;
    for await (const page of store.readRows({ ...request, columns, order: 'key' }, signal)) {
      throwIfCancelled(signal);
      distribute(hashed(page, identity), buckets);
      rows += page.rows;
    }
    if (rows !== order.rows) throw new Unusable('otherRows');
    for (const bucket of buckets) {
      throwIfCancelled(signal);
      const sorted = inHashOrder(bucket.take());
      if (sorted === null) throw new Unusable('sameHash');
      for (let start = 0; start < sorted.rows; start += blockRows)
        writer.add(
          joinSegments([{ from: sorted, start, count: Math.min(blockRows, sorted.rows - start) }], columns.length),
        );
    }
    writer.finish({ identity, rows });
  } finally {
    for (const bucket of buckets) bucket.close();
    writer.abandon();
  }
}
