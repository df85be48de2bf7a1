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
