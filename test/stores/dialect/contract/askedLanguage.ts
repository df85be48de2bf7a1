/** What a server and the embedded engine answer to git-for-data statements: each form in a database that is made anew. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { runStatement } from '../../../../src/app/statements/runStatement.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { type Answer, lastAnswer, runOn } from './asked.ts';
import type { Form } from './form.ts';
import { languageTables } from './languageForms.ts';
import { textRows } from '../fuzz/run.ts';

/** Of SHOW SNAPSHOTS what does not depend on the clock: name, level, database, table. */
const steadyColumns = [0, 2, 4, 5];
const isShow = (sql: string): boolean => /^SHOW SNAPSHOTS/.test(sql);

const steady = (sql: string, answer: Answer): Answer =>
  isShow(sql) && 'rows' in answer
    ? {
        rows: {
          types: steadyColumns.map(() => 253),
          rows: answer.rows.rows.map((row) => steadyColumns.map((i) => row[i] ?? null)),
        },
      }
    : answer;

/** Asks in an account of its own, which is dropped behind it: statements about accounts touch nobody else's data. */
export async function askLanguage(uri: string, asked: readonly Form[]): Promise<Answer[]> {
  const account = `contract_${process.pid}`;
  const root = await createConnection(uri);
  await root.query(`CREATE ACCOUNT ${account} ADMIN_NAME 'admin' IDENTIFIED BY '111'`);
  try {
    const { hostname, port } = new URL(uri);
    const connection = await createConnection({
      host: hostname,
      port: Number(port),
      user: `${account}#admin`,
      password: '111',
      rowsAsArray: true,
    });
    const run = runOn(connection);
    const answers: Answer[] = [];
    for (const { ask } of asked) {
      const left = await run('SHOW SNAPSHOTS');
      for (const [name] of 'rows' in left ? left.rows.rows : []) await run(`DROP SNAPSHOT ${name}`);
      for (const sql of [
        'DROP PITR IF EXISTS hourly',
        'DROP DATABASE IF EXISTS shop',
        'CREATE DATABASE shop',
        'USE shop',
      ])
        await run(sql);
      for (const sql of languageTables) await run(sql);
      answers.push(await lastAnswer(ask, async (sql) => steady(sql, await run(sql))));
    }
    connection.destroy();
    return answers;
  } finally {
    await root.query(`DROP ACCOUNT ${account}`);
    root.destroy();
  }
}

/** The same of the embedded engine, as a person's statements are run. */
export async function askOwnLanguage(asked: readonly Form[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { ask } of asked) {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    const store = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
    const run = async (sql: string): Promise<Answer> => {
      const pages = runStatement(store, { sql, database: 'shop' }, () => Promise.resolve(true));
      const rows: (string | null)[][] = [];
      for (let next = await pages.next(); ; next = await pages.next()) {
        if (next.done) return next.value.columns.length === 0 ? { done: true } : { rows: { types: [], rows } };
        rows.push(...textRows(next.value));
      }
    };
    try {
      for (const sql of ['CREATE DATABASE shop', ...languageTables]) await run(sql);
      answers.push(await lastAnswer(ask, async (sql) => steady(sql, await run(sql))));
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return answers;
}
