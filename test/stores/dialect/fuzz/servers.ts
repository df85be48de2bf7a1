/** A live server, asked the statements of a seed: for measuring, and for recording its answers. */
import { createConnection } from 'mysql2/promise';
import type { Answered, Rows } from './answers.ts';
import { readBack } from './run.ts';
import { type FuzzStatement, Script } from './script.ts';

type Field = { readonly columnType?: number; readonly type?: number };

export class FuzzServer {
  readonly #connection: Awaited<ReturnType<typeof createConnection>>;

  private constructor(connection: Awaited<ReturnType<typeof createConnection>>) {
    this.#connection = connection;
  }

  /** `mysql://user:password@host:port`. */
  static async open(uri: string): Promise<FuzzServer> {
    return new FuzzServer(await createConnection({ uri, rowsAsArray: true }));
  }

  async #rows(sql: string): Promise<Rows | null> {
    const [rows, fields] = await this.#connection.query({ sql, typeCast: (field) => field.string('utf8') });
    if (!Array.isArray(rows)) return null;
    return {
      types: (fields as Field[]).map(({ columnType, type }) => columnType ?? type ?? 0),
      rows: rows as (string | null)[][],
    };
  }

  async #answer({ sql, change }: FuzzStatement): Promise<Answered> {
    try {
      const rows = await this.#rows(sql);
      if (!change) return rows && { rows };
      const [first, second] = [await this.#rows(readBack[0]), await this.#rows(readBack[1])];
      return first && second && { tables: [first, second] };
    } catch (error) {
      if (error instanceof Error && 'errno' in error) return null;
      throw error;
    }
  }

  /** The answers to queries in a database of their own; null where the server refuses. */
  async ask(database: string, setUp: readonly string[], queries: readonly string[]): Promise<(Rows | null)[]> {
    for (const sql of [
      `DROP DATABASE IF EXISTS ${database}`,
      `CREATE DATABASE ${database}`,
      `USE ${database}`,
      ...setUp,
    ])
      await this.#rows(sql);
    const answers: (Rows | null)[] = [];
    for (const sql of queries) {
      const answer = await this.#answer({ kind: '', sql, change: false });
      answers.push(answer && 'rows' in answer ? answer.rows : null);
    }
    await this.#rows(`DROP DATABASE ${database}`);
    return answers;
  }

  /** The answers to the first `count` statements of a seed. */
  async answers(seed: number, count: number): Promise<Answered[]> {
    const script = new Script(seed);
    const { create, fill, clear } = script.tables();
    const database = `sqlfuzz_${seed}`;
    const setUp = [
      `DROP DATABASE IF EXISTS ${database}`,
      `CREATE DATABASE ${database}`,
      `USE ${database}`,
      ...create,
      ...fill,
    ];
    for (const sql of setUp) await this.#rows(sql);
    const answers: Answered[] = [];
    for (const statement of script.statements(count)) {
      answers.push(await this.#answer(statement));
      if (statement.change) for (const sql of [...clear, ...fill]) await this.#rows(sql);
    }
    await this.#rows(`DROP DATABASE ${database}`);
    return answers;
  }

  close(): void {
    this.#connection.destroy();
  }
}
