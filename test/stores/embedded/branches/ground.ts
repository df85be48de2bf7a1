/** A store of its own for each test of branches, and statements as a person runs them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runStatement } from '../../../../src/app/statements/runStatement.ts';
import { rowAt } from '../../../../src/data/page.ts';
import type { Failure } from '../../../../src/base/failure.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';

export interface Answer {
  readonly titles: readonly string[];
  /** Each row as one text: `b UPDATE 1 x`. */
  readonly rows: readonly string[];
  readonly affected: number;
}

export class Ground {
  // In memory where that can be had: what is written is waited for until it is on disk.
  readonly #folder = scratchFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  store = EmbeddedStore.open({ path: join(this.#folder.path, 'store.db'), readOnly: false, create: true });

  get folder(): string {
    return this.#folder.path;
  }

  /** The statements one after the other, in the database d; the last one's answer. */
  async run(...statements: readonly string[]): Promise<Answer> {
    let answer: Answer = { titles: [], rows: [], affected: 0 };
    for (const sql of statements) {
      const rows: string[] = [];
      const pages = runStatement(this.store, { sql, database: 'd' }, () => Promise.resolve(true));
      for (let next = await pages.next(); ; next = await pages.next()) {
        if (next.done) {
          answer = { titles: next.value.columns.map(({ name }) => name), rows, affected: next.value.affected };
          break;
        }
        for (let i = 0; i < next.value.rows; i++) rows.push(rowAt(next.value, i).map(String).join(' '));
      }
    }
    return answer;
  }

  async rows(sql: string): Promise<readonly string[]> {
    return (await this.run(sql)).rows;
  }

  /** The failure that a statement ends in. */
  async failure(sql: string): Promise<Failure> {
    try {
      await this.run(sql);
    } catch (error) {
      return error as Failure;
    }
    throw new Error(`it ran: ${sql}`);
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = EmbeddedStore.open({ path: join(this.folder, 'store.db'), readOnly: false, create: false });
  }

  async remove(): Promise<void> {
    await this.store.close();
    this.#folder.remove();
  }
}
