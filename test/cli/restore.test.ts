/** `restore`, `import` and what they say: the line that undoes a restore works, columns that come back are told, and a confirmation is one. */
import { describe, expect, it } from 'vitest';
import { useCli } from './support/cli.ts';

const cli = useCli();

/** `d.t` with three rows and a snapshot `v1`, beside `d.other`, in a store of its own. */
async function pinned(name: string): Promise<string[]> {
  const connection = ['-c', `embedded:${name}.db`];
  cli.write('t.csv', 'id,x\n1,0.5\n2,1.5\n3,2.5\n');
  for (const table of ['d.t', 'd.other'])
    await cli.json('import', ['import', 't.csv', '--table', table, '--key', 'id', ...connection]);
  await cli.json('snapshot', ['snapshot', 'create', 'v1', '--table', 'd.t', ...connection]);
  return connection;
}

async function sql(input: string, connection: readonly string[]): Promise<void> {
  expect(await cli.run(['sql', '-', ...connection], { input })).toMatchObject({ code: 0 });
}

/** Rows of `d.t`; null where it is not there. */
async function rows(connection: readonly string[]): Promise<unknown> {
  const ran = await cli.run(['sql', '-', '--json', ...connection], { input: 'SELECT COUNT(*) FROM d.t' });
  const document = JSON.parse(ran.stdout) as { ok: boolean; rows: unknown[][] };
  return document.ok ? document.rows[0]?.[0] : null;
}

const restore = ['restore', 'd.t', '--to', 'v1'];

describe('what undoes a restore', () => {
  it('is the restore to the safety snapshot', async () => {
    const connection = await pinned('undo');
    await sql('DELETE FROM d.t WHERE id = 3', connection);
    const { stdout } = await cli.run([...restore, '--yes', ...connection]);
    expect(stdout).toBe(
      'd.t is as it was at v1: 1 row changed, verified. To undo: restore d.t --to t_before_restore_1\n',
    );
    const [, undo = ''] = stdout.trimEnd().split('To undo: ');
    expect(await cli.run([...undo.split(' '), '--yes', ...connection])).toMatchObject({ code: 0 });
    expect(await rows(connection)).toBe(2);
  });

  it('of a table that had been dropped is a statement on its database', async () => {
    const connection = await pinned('dropped');
    await sql('DROP TABLE d.t', connection);
    const { stdout } = await cli.run([...restore, '--yes', ...connection]);
    const [said, undo = ''] = stdout.trimEnd().split('\n');
    expect(said).toBe(
      'd.t is as it was at v1: the table is back, 3 rows, verified. To undo, which takes back every table of d, run with "sql -":',
    );
    expect(undo).toBe("  RESTORE DATABASE d {SNAPSHOT = 't_before_restore_1'}");
    expect(await rows(connection)).toBe(3);
    await sql(undo, connection);
    expect(await rows(connection)).toBe(null);
    const again = await cli.json('restore', [...restore, '--yes', ...connection]);
    expect(again).toMatchObject({ rowsChanged: 3, undo: 'restoreDatabase' });
  });

  it('of a table whose database had been dropped is a statement too', async () => {
    const connection = await pinned('database');
    await sql('DROP DATABASE d', connection);
    const { stdout } = await cli.run([...restore, '--yes', ...connection]);
    const [said, undo = ''] = stdout.trimEnd().split('\n');
    expect(said).toMatch(/To undo, run with "sql -":$/);
    expect(undo).toBe('  DROP DATABASE d');
    await sql(undo, connection);
    expect(await rows(connection)).toBe(null);
  });
});

describe('a restore that only takes columns back', () => {
  it('tells of them, and how to do it', async () => {
    const connection = await pinned('columns');
    await sql('ALTER TABLE d.t ADD COLUMN size INT DEFAULT 1', connection);
    const preview = await cli.run([...restore, ...connection]);
    expect(preview).toMatchObject({ code: 2, stderr: 'Nothing was changed. To restore, add --yes.\n' });
    const done = await cli.run([...restore, '--yes', ...connection]);
    expect(done.stdout).toMatch(/^d\.t is as it was at v1: its columns are back, 0 rows changed, verified\. To undo: /);
    const same = await cli.run([...restore, '--yes', ...connection]);
    expect(same).toMatchObject({ code: 0, stdout: 'd.t is already as it was at v1.\n', stderr: '' });
    const document = await cli.json('restore', [...restore, '--yes', ...connection]);
    expect(document).toMatchObject({ rowsChanged: 0, safetySnapshot: null, verified: true });
  });
});

describe('--confirm', () => {
  it('that names something else is refused everywhere, and nothing happens', async () => {
    const connection = await pinned('confirm');
    await sql('DELETE FROM d.t WHERE id > 1', connection);
    const wrong = ['--confirm', 'd.other', ...connection];
    for (const args of [
      [...restore, ...wrong],
      [...restore, '--yes', ...wrong],
      ['import', 't.csv', '--table', 'd.t', ...wrong],
      ['import', 't.csv', '--table', 'd.t', '--sync', '--yes', ...wrong],
      ['snapshot', 'delete', 'v1', ...wrong],
    ]) {
      const ran = await cli.run(args);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      const name = args[0] === 'snapshot' ? 'v1' : 'd.t';
      expect(ran.stderr).toContain(`--confirm says "d.other", and takes the name of what changes: --confirm ${name}\n`);
    }
    const input = 'DELETE FROM d.t';
    expect(await cli.run(['sql', '-', ...wrong], { input })).toMatchObject({ code: 2, stdout: '' });
    expect(await rows(connection)).toBe(1);
    expect(await cli.json('snapshotList', ['snapshot', 'list', ...connection])).toHaveLength(1);
  });

  it('that names what changes is a yes to the restore', async () => {
    const connection = await pinned('confirmed');
    await sql('DELETE FROM d.t WHERE id > 1', connection);
    const done = await cli.json('restore', [...restore, '--confirm', 'd.t', ...connection]);
    expect(done).toMatchObject({ rowsChanged: 2, verified: true });
  });
});

describe('some rows', () => {
  const some = [...restore, '--where', 'x > 1'];
  const x = async (connection: readonly string[]): Promise<unknown> => {
    const ran = await cli.run(['sql', '-', '--json', ...connection], { input: 'SELECT id, x FROM d.t ORDER BY id' });
    return (JSON.parse(ran.stdout) as { rows: unknown }).rows;
  };
  async function changed(name: string): Promise<string[]> {
    const connection = await pinned(name);
    await sql('UPDATE d.t SET x = x * 100 WHERE id < 3; DELETE FROM d.t WHERE id = 3', connection);
    return connection;
  }

  it('are shown first, and nothing is changed without a yes', async () => {
    const connection = await changed('some');
    const shown = await cli.run([...some, '--columns', 'x', ...connection]);
    expect(shown.code).toBe(2);
    expect(shown.stdout).toBe(
      [
        'Restoring x of the rows of d.t where x > 1 to v1 changes 2 rows. The other rows stay. A safety snapshot is made first, so this can be undone.',
        '   id  x',
        '─  ──  ─────────',
        '~  1   50 → 0.5',
        '~  2   150 → 1.5',
        '',
      ]
        .map((line) => line.trimEnd())
        .join('\n'),
    );
    expect(shown.stderr).toContain('Nothing was changed. To restore, add --yes.');
    expect(await cli.json('restore', [...some, ...connection], { code: 2 })).toMatchObject({
      rowsChanged: 3,
      safetySnapshot: null,
      where: 'x > 1',
      columns: null,
      preview: { inserted: 1, updated: 2, deleted: 0 },
      rows: [
        { now: { id: 1, x: 50 }, wanted: { id: 1, x: 0.5 } },
        { now: { id: 2, x: 150 }, wanted: { id: 2, x: 1.5 } },
        { now: null, wanted: { id: 3, x: 2.5 } },
      ],
    });
  });

  it('are put back with a yes, and the line that undoes it works as it stands', async () => {
    const connection = await changed('done');
    const { stdout } = await cli.run([...some, '--yes', ...connection]);
    expect(stdout).toBe(
      'd.t: the rows where x > 1 are as they were at v1: 3 rows changed, verified. To undo: restore d.t --undo t_before_restore_1\n',
    );
    expect(await x(connection)).toEqual([
      [1, 0.5],
      [2, 1.5],
      [3, 2.5],
    ]);
    await sql('UPDATE d.t SET x = 7 WHERE id = 2', connection);
    const [, undo = ''] = stdout.trimEnd().split('To undo: ');
    const undone = await cli.run([...undo.split(' '), '--yes', ...connection]);
    expect(undone.stdout).toBe(
      'd.t: undone, 2 rows changed, verified. Left as they are, because others wrote to them since: 1 row. To undo: restore d.t --undo t_before_restore_2\n',
    );
    expect(await x(connection)).toEqual([
      [1, 50],
      [2, 7],
    ]);
    const document = await cli.json('restore', [
      'restore',
      'd.t',
      '--undo',
      't_before_restore_2',
      '--yes',
      ...connection,
    ]);
    expect(document).toMatchObject({ rowsChanged: 2, undo: 'restoreRows', left: 0, archived: [], returned: [] });
  });

  it.each([
    [['--where', 'x >'], 1, 'The condition cannot be used: at character 4, it ends too early. Nothing was changed.'],
    [['--where', 'x > 1', '--columns', 'y'], 1, 'd.t has no column "y".'],
    [['--columns', 'x'], 2, '--columns goes with --where, which says of which rows.'],
    [['--undo', 'v1'], 2, '--undo stands alone: it takes the safety snapshot of a restore of some rows.'],
  ])('%j is refused', async (more, code, sentence) => {
    const connection = await pinned(`refused_${more[0]?.slice(2) ?? ''}_${more.length}`);
    const ran = await cli.run([...restore, ...more, ...connection]);
    expect(ran).toMatchObject({ code });
    expect(ran.stderr).toContain(sentence);
  });
});
