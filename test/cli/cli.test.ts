/** Every call of the command line for data, made for real: documents, exit codes, sentences, and what is in the store after. */
import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changedTable } from './support/changedTable.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();

interface Failed {
  error: { code: string; message: string; data: Record<string, unknown> | null };
}

describe('import and export', () => {
  it('import a file, say the types of a new table, and tell what changed', async () => {
    cli.write('a.csv', 'id,day,n\n1,2012-01-31,1.5\n2,,2\n');
    const first = await cli.run(['import', 'a.csv', '--table', 'd.t', '--key', 'id', '-c', 'embedded:import.db']);
    expect(first).toMatchObject({ code: 0, stderr: 'd.t is new: id BIGINT, day DATE, n DOUBLE\n' });
    expect(first.stdout).toBe('d.t: 2 rows read; +2 ~0 −0, 0 as they were.\n');
    cli.write('b.jsonl', '{"id":2,"n":3}\n{"id":3,"day":"2013-01-01"}\n');
    const document = await cli.json('import', ['import', 'b.jsonl', '--table', 'd.t', '-c', 'embedded:import.db']);
    expect(document).toMatchObject({
      table: 'd.t',
      rows: 2,
      inserted: 1,
      updated: 1,
      deleted: 0,
      safetySnapshot: null,
    });
  });

  it('says how to name the key of a new table, and lists a part of very many columns', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`).join(',');
    cli.write('wide.csv', `${names}\n${names}\n`);
    const ran = await cli.run(['import', 'wide.csv', '--table', 'd.t', '-c', 'embedded:wide.db']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    const [types, sentence, hint] = ran.stderr.split('\n');
    expect(types).toMatch(/, c49 TEXT and 10 more$/);
    expect(sentence).toBe('d.t has no primary key. Name the key columns that make a row unique.');
    expect(hint).toBe('On the command line: --key a, or --key a,b.');
  });

  it('sync keeps the table as it was, and asks before it deletes much', async () => {
    const connection = await changedTable(cli, 'sync');
    cli.write('few.csv', 'id,x,kind\n0,0,k0\n');
    const sync = ['import', 'few.csv', '--table', 'd.t', '--sync', ...connection];
    const refused = await cli.json<Failed>('error', sync, { code: 3 });
    expect(refused.error).toMatchObject({ code: 'load.tooManyDeletes', data: { deleted: 9, rows: 10 } });
    expect((await cli.run(sync)).stderr).toBe(
      'This would delete 9 of 10 rows of d.t. Nothing was changed; confirm it if the file is complete.\nTo delete them all the same, add --yes.\n',
    );
    const done = await cli.json('import', [...sync, '--yes']);
    expect(done).toMatchObject({ updated: 1, deleted: 9, safetySnapshot: 't_before_import_1' });
  });

  it.each(['csv', 'jsonl', 'parquet'])('export %s, which imports as it was', async (extension) => {
    const connection = await changedTable(cli, `export-${extension}`);
    const out = `out.${extension}`;
    const document = await cli.json('export', ['export', 'd.t', '--out', out, ...connection]);
    expect(document).toEqual({ version: 2, table: 'd.t', at: 'live', rows: 10, file: cli.at(out) });
    const again = await cli.json('import', ['import', out, '--table', 'd.t', '--sync', ...connection]);
    expect(again).toMatchObject({ rows: 10, inserted: 0, updated: 0, deleted: 0, unchanged: 10 });
    await cli.json('export', ['export', 'd.t', '--at', 's', '--out', out, ...connection]);
    const back = await cli.json('import', ['import', out, '--table', 'd.t', '--sync', ...connection]);
    expect(back).toMatchObject({ inserted: 1, updated: 2, deleted: 1 });
  });
});

describe('snapshot', () => {
  it('creates, lists newest first, and deletes', async () => {
    const connection = await changedTable(cli, 'snapshots');
    const database = await cli.json('snapshot', ['snapshot', 'create', 'all', '--database', 'd', ...connection]);
    expect(database).toMatchObject({ name: 'all', level: 'database', database: 'd', table: null, rows: 10 });
    const list = await cli.json<{ name: string }[]>('snapshotList', ['snapshot', 'list', ...connection]);
    expect(list.map(({ name }) => name)).toEqual(['all', 's']);
    expect(list).toMatchObject([
      { keptBytes: expect.any(Number) as number },
      { keptBytes: expect.any(Number) as number },
    ]);
    expect((await cli.run(['snapshot', 'list', ...connection])).stdout).toMatch(/They keep [\d.]+ kB of disk besides/);
    await cli.json('snapshot', ['snapshot', 'delete', 'all', ...connection]);
    const gone = await cli.json<Failed>('error', ['snapshot', 'delete', 'al', ...connection], { code: 1 });
    expect(gone.error.code).toBe('version.unknown');
  });

  it.each([
    [['snapshot', 'create', 's', '--table', 'd.t'], 1, 'version.exists'],
    [['snapshot', 'create', 'Bad Name', '--table', 'd.t'], 1, 'version.badName'],
    [['snapshot', 'create', 'x', '--table', 'd.tt'], 1, 'table.unknown'],
    [['snapshot', 'create', 'x'], 2, 'usage.wrong'],
    [['snapshot', 'create', 'x', '--table', 't'], 2, 'usage.wrong'],
    [['snapshot'], 2, 'usage.wrong'],
  ])('%j: exit %i, %s', async (args, code, failure) => {
    const { error } = await cli.json<Failed>('error', [...args, '-c', 'embedded:snapshots.db'], { code });
    expect(error.code).toBe(failure);
  });
});

describe('diff', () => {
  it('gives counts and rows with before and after', async () => {
    const connection = await changedTable(cli, 'diff');
    const counts = { table: 'd.t', from: 's', to: 'live', inserted: 1, updated: 2, deleted: 1, way: 'log', why: null };
    const document = await cli.json<{ rows: unknown[] }>('diff', ['diff', 'd.t', '--from', 's', ...connection]);
    expect(document).toMatchObject(counts);
    expect(document.rows).toHaveLength(4);
    expect(document.rows[0]).toEqual({
      flag: 'updated',
      key: { id: 0 },
      before: { x: 0, kind: 'k0' },
      after: { x: 0, kind: 'new' },
    });
    expect(document.rows[2]).toMatchObject({ flag: 'deleted', key: { id: 9 }, after: null });
    const summary = await cli.json('diff', ['diff', 'd.t', '--from', 's', '--summary', ...connection]);
    expect(summary).toEqual({ version: 2, ...counts, rows: [] });
    const limited = await cli.json<{ rows: unknown[] }>('diff', [
      'diff',
      'd.t',
      '--from',
      's',
      '--limit',
      '1',
      ...connection,
    ]);
    expect(limited.rows).toHaveLength(1);
    const shown = await cli.run(['diff', 'd.t', '--from', 's', ...connection]);
    expect(shown.stdout).toContain('k0 → new');
  });

  it('writes files, the SQL one of which makes the older version the newer', async () => {
    const connection = await changedTable(cli, 'diffout');
    for (const out of ['delta.csv', 'delta.jsonl', 'delta.sql'])
      await cli.json('diff', ['diff', 'd.t', '--from', 's', '--out', out, ...connection]);
    expect(cli.read('delta.csv').split('\n')[0]).toBe('flag,id,before.x,after.x,before.kind,after.kind');
    await cli.json('restore', ['restore', 'd.t', '--to', 's', '--yes', ...connection]);
    const statements = cli
      .read('delta.sql')
      .split('\n')
      .filter((line) => /^(UPDATE|INSERT|DELETE)/.test(line));
    expect(statements).toHaveLength(4);
    await cli.run(['sql', '-', '--database', 'd', ...connection], { input: statements.join('\n') });
    const left = await cli.json('diff', ['diff', 'd.t', '--from', 't_before_restore_1', '--summary', ...connection]);
    expect(left).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    const wrong = await cli.json<Failed>('error', ['diff', 'd.t', '--from', 's', '--out', 'x.txt', ...connection], {
      code: 2,
    });
    expect(wrong.error.code).toBe('usage.wrong');
  });
});

describe('restore', () => {
  it('shows what it would do, does it with --yes, and can be undone', async () => {
    const connection = await changedTable(cli, 'restore');
    const preview = await cli.json('restore', ['restore', 'd.t', '--to', 's', ...connection], { code: 2 });
    expect(preview).toMatchObject({ rowsChanged: 4, safetySnapshot: null, verified: false, preview: { updated: 2 } });
    const done = await cli.json('restore', ['restore', 'd.t', '--to', 's', '--yes', ...connection]);
    expect(done).toEqual({
      version: 2,
      archived: [],
      returned: [],
      table: 'd.t',
      to: 's',
      rowsChanged: 4,
      safetySnapshot: 't_before_restore_1',
      verified: true,
      lostGrants: [],
      undo: 'restoreTable',
    });
    const undone = await cli.json('restore', ['restore', 'd.t', '--to', 't_before_restore_1', '--yes', ...connection]);
    expect(undone).toMatchObject({ rowsChanged: 4, verified: true });
  });
});

describe('lint and compact', () => {
  it('lints what the only engine of the configuration would refuse', async () => {
    cli.write('one/routine.sql', 'DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b; END //\n');
    const config = { connections: { risk: { kind: 'embedded', path: 'risk.db' } } };
    cli.write('one/deltatrain.json', JSON.stringify(config));
    const ran = await cli.run(['lint', 'routine.sql'], { cwd: 'one' });
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringContaining('CREATE PROCEDURE p is not supported')]);
    expect((await cli.run(['lint', 'routine.sql', '--server', '4.1.4'], { cwd: 'one' })).code).toBe(0);
  });

  it('lints offline, 3 when there is an error', async () => {
    cli.write('good.sql', "SELECT 1;\nDATA BRANCH DIFF d.t AGAINST d.t{SNAPSHOT='s'} OUTPUT SUMMARY;");
    cli.write('bad.sql', 'CREATE SNAPSHOT x FOR TABLE d.t;');
    expect(await cli.json('lint', ['lint', 'good.sql'])).toMatchObject({
      files: [{ file: 'good.sql', statements: [{ kind: 'select' }, { kind: 'diff' }] }],
    });
    const ran = await cli.run(['lint', 'good.sql', 'bad.sql', '--json', '--server', '4.1.4']);
    expect(ran.code).toBe(3);
    cli.check('lint', JSON.parse(ran.stdout));
    expect((await cli.run(['lint', '-'], { input: 'CREATE SNAPSHOT x FOR TABLE d.t' })).stdout).toMatch(
      /^-:1:\d+ error: /,
    );
    expect((await cli.run(['lint', 'good.sql', '--server', 'four'])).code).toBe(2);
  });

  it('compacts', async () => {
    const connection = await changedTable(cli, 'compact');
    await cli.json('compact', ['compact', ...connection]);
  });
});

describe('connections', () => {
  it('come from the nearest deltatrain.json upwards, by name or the only one', async () => {
    await changedTable(cli, 'ws/one');
    cli.write('ws/deltatrain.json', '{ "connections": { "local": { "kind": "embedded", "path": "one.db" } } } // mine');
    cli.write('ws/deep/er/x', '');
    expect(await cli.json('snapshotList', ['snapshot', 'list'], { cwd: 'ws/deep/er' })).toHaveLength(1);
    expect(await cli.json('snapshotList', ['snapshot', 'list', '--connection', 'local'], { cwd: 'ws' })).toHaveLength(
      1,
    );
    const near = await cli.json<Failed>('error', ['snapshot', 'list', '-c', 'locl'], { cwd: 'ws', code: 1 });
    expect(near.error).toMatchObject({ code: 'connection.unknown', data: { near: 'local' } });
  });

  it('that are several, none, or wrong are told in a sentence', async () => {
    const two =
      '{ "connections": { "a": { "kind": "embedded", "path": "a.db" }, "b": { "kind": "embedded", "path": "b.db" } } }';
    cli.write('two/deltatrain.json', two);
    cli.write('wrong/deltatrain.json', '{ "connections": 1 }');
    const codes = async (args: string[], cwd: string, code: number): Promise<string> =>
      (await cli.json<Failed>('error', args, { cwd, code })).error.code;
    expect(await codes(['snapshot', 'list'], 'two', 2)).toBe('usage.wrong');
    expect(await codes(['snapshot', 'list'], '.', 2)).toBe('usage.wrong');
    expect(await codes(['snapshot', 'list'], 'wrong', 1)).toBe('config.unreadable');
    expect(await codes(['snapshot', 'list', '-c', 'embedded:none.db'], '.', 1)).toBe('store.unreachable');
    cli.write('text.db', 'this is no store');
    expect(await codes(['snapshot', 'list', '-c', 'embedded:text.db'], '.', 1)).toBe('store.notAStore');
    expect(cli.read('text.db')).toBe('this is no store');
  });

  it('that a file names outside its folder are not opened, unless their path is given', async () => {
    await changedTable(cli, 'away');
    const named = (path: string) => ({ connections: { out: { kind: 'embedded', path } } });
    for (const path of ['../away.db', cli.at('away.db'), 'linked/away.db', 'dangling.db']) {
      cli.write('o/deltatrain.json', JSON.stringify(named(path)));
      if (path.startsWith('linked')) symlinkSync(cli.at('.'), cli.at('o/linked'), 'junction');
      if (path.startsWith('dangling')) symlinkSync(cli.at('not-yet.db'), cli.at('o/dangling.db'));
      const refused = await cli.json<Failed>('error', ['snapshot', 'list'], { cwd: 'o', code: 1 });
      expect(refused.error.code).toBe('connection.outside');
    }
    const given = ['snapshot', 'list', '-c', 'embedded:../away.db'];
    expect(await cli.json('snapshotList', given, { cwd: 'o' })).toHaveLength(1);
  });

  it('to production take no --yes for what changes data', async () => {
    await changedTable(cli, 'p/prod');
    cli.write(
      'p/deltatrain.json',
      '{ "connections": { "p": { "kind": "embedded", "path": "prod.db", "environment": "production" } } }',
    );
    const restore = ['restore', 'd.t', '--to', 's', '--yes'];
    const refused = await cli.json<Failed>('error', restore, { cwd: 'p', code: 2 });
    expect(refused.error.code).toBe('confirm.needed');
    const file = ['import', 'prod.csv', '--table', 'd.t'];
    expect((await cli.json<Failed>('error', file, { cwd: 'p', code: 2 })).error.code).toBe('confirm.needed');
    const drop = await cli.run(['sql', '-', '--json'], { cwd: 'p', input: 'DROP SNAPSHOT s' });
    expect([drop.code, JSON.parse(drop.stdout)]).toMatchObject([2, { error: { code: 'confirm.needed' } }]);
    // The same store by its path is on production all the same.
    for (const [cwd, name] of [
      ['p', 'prod.db'],
      ['p/below', '../prod.db'],
    ] as const) {
      cli.write('p/below/note.txt', '');
      const byPath = await cli.json<Failed>('error', [...restore, '-c', `embedded:${name}`], { cwd, code: 2 });
      expect(byPath.error.code).toBe('confirm.needed');
    }
    // Reads and pins run.
    const reads = await cli.run(['sql', '-'], {
      cwd: 'p',
      input: 'CREATE SNAPSHOT s9 FOR TABLE d t; SELECT 1; SHOW SNAPSHOTS',
    });
    expect(reads.code).toBe(0);
    await cli.json('restore', [...restore, '--confirm', 'd.t'], { cwd: 'p' });
    const write = await cli.run(['sql', '-', '--confirm', 'd.t'], { cwd: 'p', input: 'DELETE FROM d.t WHERE id = 1' });
    expect(write.code).toBe(0);
  });
});
