/** Restores on a live MatrixOne server: rights that are lost, foreign keys, databases, roles that may do little. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { changedRows } from '../../../../src/data/change.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { readDelta } from '../../../../src/stores/matrixone/delta/delta.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { previewRestore, restore } from '../../../../src/stores/matrixone/restore/restore.ts';
import type { Answer, Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { failure } from '../../reading.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

const database = 'dt_restore_live';
const role = 'dt_restore_reader';
const person = 'dt_restore_person';
const table = { database, table: 't' };
const target = { level: 'table', table } as const;
const names = ['dt_restore_1', 'dt_restore_2', 'dt_restore_safe', 'dt_restore_undo', 'dt_restore_table'];

describeLive('restores', () => {
  let server: Server;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await server.run(sql);
  };
  const clean = async (): Promise<void> => {
    await run(
      `DROP DATABASE IF EXISTS ${database}_2`,
      `DROP DATABASE IF EXISTS ${database}`,
      `DROP USER IF EXISTS ${person}`,
      `DROP ROLE IF EXISTS ${role}`,
    );
    for (const name of names) await run(`DROP SNAPSHOT IF EXISTS ${name}`);
  };

  beforeAll(async () => {
    server = await openServer(liveOptions());
  });
  afterAll(async () => {
    await clean();
    await server.close();
  });

  async function begin(): Promise<void> {
    await clean();
    await run(
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.t (id INT PRIMARY KEY, a INT)`,
      `INSERT INTO ${database}.t VALUES (1, 1), (2, 2)`,
      `CREATE SNAPSHOT dt_restore_1 FOR DATABASE ${database}`,
      `UPDATE ${database}.t SET a = 3 WHERE id = 2`,
    );
  }

  test('tell which rights they take away, and how to give them again', { timeout: 120_000 }, async () => {
    await begin();
    await run(
      `CREATE ROLE ${role}`,
      `CREATE USER ${person} IDENTIFIED BY '111' DEFAULT ROLE ${role}`,
      `GRANT CONNECT ON ACCOUNT * TO ${role}`,
      `GRANT SELECT, INSERT ON TABLE ${database}.t TO ${role}`,
    );
    const reads = async (): Promise<unknown> => {
      const reader = await openServer({ ...liveOptions(), user: person, password: '111' });
      try {
        return (await reader.run(`SELECT a FROM ${database}.t WHERE id = 2`)).rows[0]?.[0]?.toString();
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        await reader.close();
      }
    };
    expect(await reads()).toBe('3');
    const preview = await previewRestore(server, target, 'dt_restore_1');
    expect(preview.lostGrants).toEqual([`GRANT SELECT, INSERT ON TABLE \`${database}\`.\`t\` TO \`${role}\``]);
    expect(preview.warnings.join(' ')).toContain('grant');
    expect(await restore(server, preview, 'dt_restore_safe')).toMatchObject({ rowsChanged: 1, verified: true });
    expect(await reads()).toBe('permission.missing');
    await run(...preview.lostGrants);
    expect(await reads()).toBe('2');
    // The rights that are lost now are those that were given again, not what is left of the first ones.
    expect((await previewRestore(server, target, 'dt_restore_safe')).lostGrants).toEqual(preview.lostGrants);
    await run(`GRANT SELECT ON TABLE ${database}.* TO ${role}`, `GRANT SHOW TABLES ON DATABASE ${database} TO ${role}`);
    const whole = await previewRestore(server, { level: 'database', database }, 'dt_restore_1');
    expect([...whole.lostGrants].sort()).toEqual(
      [
        `GRANT SELECT ON TABLE \`${database}\`.* TO \`${role}\``,
        `GRANT SHOW TABLES ON DATABASE \`${database}\` TO \`${role}\``,
        ...preview.lostGrants,
      ].sort(),
    );
  });

  test('refuse what the server would skip without a word', { timeout: 120_000 }, async () => {
    await begin();
    await run(
      `CREATE TABLE ${database}.child (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES ${database}.t (id))`,
      `CREATE SNAPSHOT dt_restore_2 FOR DATABASE ${database}`,
    );
    await expect(previewRestore(server, target, 'dt_restore_1')).rejects.toMatchObject(
      failure('restore.referenced', { table: `${database}.t`, by: `${database}.child` }),
    );
    const whole = { level: 'database', database } as const;
    expect((await previewRestore(server, whole, 'dt_restore_2')).dropped).toEqual([]);
    await run(
      `CREATE DATABASE ${database}_2`,
      `CREATE TABLE ${database}_2.other (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES ${database}.t (id))`,
    );
    await expect(previewRestore(server, whole, 'dt_restore_2')).rejects.toMatchObject(
      failure('restore.referenced', { table: database, by: `${database}_2.other` }),
    );
  });

  test('refuse snapshots of other tables and the databases of the server', { timeout: 120_000 }, async () => {
    await begin();
    await run(
      `CREATE TABLE ${database}.u (id INT PRIMARY KEY)`,
      `CREATE SNAPSHOT dt_restore_table FOR TABLE ${database} u`,
    );
    await expect(previewRestore(server, target, 'dt_restore_table')).rejects.toMatchObject(
      failure('version.otherTable', { of: `${database}.u`, wanted: `${database}.t` }),
    );
    await expect(
      previewRestore(server, { level: 'database', database: 'mo_catalog' }, 'dt_restore_1'),
    ).rejects.toMatchObject(failure('version.system'));
  });

  test('of a whole database say what becomes of its deltas, which then are still right', {
    timeout: 120_000,
  }, async () => {
    await begin();
    await run(`CREATE TABLE ${database}.newer (id INT PRIMARY KEY)`);
    const whole = { level: 'database', database } as const;
    const preview = await previewRestore(server, whole, 'dt_restore_1');
    expect(preview.dropped).toEqual([{ database, table: 'newer' }]);
    expect(preview.warnings.join(' ')).toMatch(/dropped with all their rows.*found by comparing/);
    expect(await restore(server, preview, 'dt_restore_safe')).toMatchObject({ verified: true });
    await run(`INSERT INTO ${database}.t VALUES (9, 9)`);
    let rows = 0;
    for await (const page of readDelta(server, { table, from: atSnapshot('dt_restore_safe'), to: live }))
      rows += page.rows;
    expect(rows).toBe(2);
    const undo = await previewRestore(server, whole, 'dt_restore_safe');
    expect(undo.revived).toEqual([{ database, table: 'newer' }]);
    expect(undo.tables.reduce((sum, { counts }) => sum + changedRows(counts), 0)).toBe(2);
    expect(await restore(server, undo, 'dt_restore_undo')).toMatchObject({ verified: true });
    expect(await previewRestore(server, whole, 'dt_restore_safe')).toMatchObject({ dropped: [], revived: [] });
  });

  test('that find the table moved change nothing, and leave no snapshot', { timeout: 120_000 }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    await run(`INSERT INTO ${database}.t VALUES (7, 7)`);
    await expect(restore(server, preview, 'dt_restore_safe')).rejects.toMatchObject(
      failure('restore.moved', { table: `${database}.t`, deleted: 1, updated: 1 }),
    );
    const { rows } = await server.run("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname = 'dt_restore_safe'");
    expect(rows).toEqual([]);
  });

  test('of a table that cannot be pinned alone keep the whole database', { timeout: 120_000 }, async () => {
    await clean();
    const odd = { database, table: 'my table' };
    await run(
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.\`my table\` (id INT PRIMARY KEY)`,
      `CREATE SNAPSHOT dt_restore_1 FOR DATABASE ${database}`,
      `INSERT INTO ${database}.\`my table\` VALUES (1)`,
    );
    const preview = await previewRestore(server, { level: 'table', table: odd }, 'dt_restore_1');
    expect(await restore(server, preview, 'dt_restore_safe')).toMatchObject({ rowsChanged: 1, verified: true });
    const { rows } = await server.run("SELECT level FROM mo_catalog.mo_snapshots WHERE sname = 'dt_restore_safe'");
    expect(rows[0]?.[0]?.toString()).toBe('database');
  });

  test('bring back a table whose whole database is gone', { timeout: 120_000 }, async () => {
    await begin();
    await run(`DROP DATABASE ${database}`);
    const preview = await previewRestore(server, target, 'dt_restore_1');
    expect(preview.revived).toEqual([table]);
    expect(await restore(server, preview, 'dt_restore_safe')).toMatchObject({ rowsChanged: 2, verified: true });
    const { rows } = await server.run(`SELECT a FROM ${database}.t ORDER BY id`);
    expect(rows.map((row) => row[0]?.toString())).toEqual(['1', '2']);
  });

  /** The server, but for what becomes of RESTORE. */
  const instead = (restoring: (sql: string) => Promise<Answer>): Server => ({
    ...server,
    run: (sql, options) => (sql.startsWith('RESTORE') ? restoring(sql) : server.run(sql, options)),
  });
  const snapshotNames = async (): Promise<unknown[]> => {
    const { rows } = await server.run(
      "SELECT sname FROM mo_catalog.mo_snapshots WHERE sname LIKE 'dt_restore_%' ORDER BY sname",
    );
    return rows.map((row) => row[0]?.toString());
  };
  const lost = (): Failure =>
    new Failure('store.disconnected', { store: server.label, mayHaveRun: true, reason: 'it was reset' });

  test('whose connection is lost while it ran are looked for, and are done', { timeout: 120_000 }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    const ran = instead((sql) => server.run(sql).then(() => Promise.reject(lost())));
    expect(await restore(ran, preview, 'dt_restore_safe')).toEqual({
      rowsChanged: 1,
      safetySnapshot: 'dt_restore_safe',
      verified: true,
    });
    expect(await snapshotNames()).toEqual(['dt_restore_1', 'dt_restore_safe']);
  });

  test('whose connection is lost while it did not run keep the safety snapshot, and name it', {
    timeout: 120_000,
  }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    const restored = restore(
      instead(() => Promise.reject(lost())),
      preview,
      'dt_restore_safe',
    );
    await expect(restored).rejects.toMatchObject({ code: 'store.disconnected' });
    await expect(restored).rejects.toThrow('"dt_restore_safe" keeps what was there before');
    expect(await snapshotNames()).toEqual(['dt_restore_1', 'dt_restore_safe']);
  });

  test('that the server did not do are no success', { timeout: 120_000 }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    const nothing = instead(() => Promise.resolve({ columns: [], rows: [], affected: 0 }));
    await expect(restore(nothing, preview, 'dt_restore_safe')).rejects.toThrow('but did nothing');
    expect(await snapshotNames()).toEqual(['dt_restore_1']);
  });

  test('that the server refuses leave no snapshot', { timeout: 120_000 }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    const refusing = instead((sql) => server.run(sql.replace('dt_restore_1', 'dt_restore_none')));
    await expect(restore(refusing, preview, 'dt_restore_safe')).rejects.toMatchObject({ code: 'version.unknown' });
    expect(await snapshotNames()).toEqual(['dt_restore_1']);
  });

  test('verify what they did', { timeout: 120_000 }, async () => {
    await begin();
    const preview = await previewRestore(server, target, 'dt_restore_1');
    const disturbed = instead(async (sql) => {
      await server.run(sql);
      return server.run(`DELETE FROM ${database}.t WHERE id = 1`);
    });
    expect(await restore(disturbed, preview, 'dt_restore_safe')).toMatchObject({ verified: false });
  });
});
