/** `branch`: made, listed, merged with what it comes to shown first, undone, deleted. */
import { describe, expect, it } from 'vitest';
import { useCli } from '../support/cli.ts';

const cli = useCli();

interface Merged {
  readonly conflicts: number;
  readonly open: number;
  readonly rowsChanged: number;
  readonly safetySnapshot: string | null;
  readonly verified: boolean;
  readonly rows?: readonly { readonly base: unknown; readonly theirs: unknown; readonly ours: unknown }[];
}

/** `d.t` with three rows and its branch `d.b`, in a store of its own. */
async function branched(name: string): Promise<string[]> {
  const connection = ['-c', `embedded:${name}.db`];
  cli.write('t.csv', 'id,x\n1,0.5\n2,1.5\n3,2.5\n');
  await cli.json('import', ['import', 't.csv', '--table', 'd.t', '--key', 'id', ...connection]);
  const made = await cli.json('branch', ['branch', 'create', 'd.b', '--from', 'd.t', ...connection]);
  expect(made).toMatchObject({ branch: 'd.b', of: 'd.t', at: null, rows: 3 });
  return connection;
}

async function sql(input: string, connection: readonly string[]): Promise<void> {
  expect(await cli.run(['sql', '-', ...connection], { input })).toMatchObject({ code: 0 });
}

async function rows(connection: readonly string[]): Promise<unknown> {
  const ran = await cli.run(['sql', '-', '--json', ...connection], { input: 'SELECT id, x FROM d.t ORDER BY id' });
  return (JSON.parse(ran.stdout) as { rows: unknown }).rows;
}

const merge = ['branch', 'merge', 'd.b', '--into', 'd.t'];

describe('branch merge', () => {
  it('shows what it comes to, merges, and is undone by keys', async () => {
    const connection = await branched('plain');
    await sql(
      'UPDATE d.b SET x = 9 WHERE id = 1; DELETE FROM d.b WHERE id = 2; INSERT INTO d.b VALUES (7, 7.5);',
      connection,
    );
    const preview = await cli.json<Merged>('branchMerge', [...merge, ...connection], { code: 2 });
    expect(preview).toMatchObject({
      conflicts: 0,
      open: 0,
      rowsChanged: 3,
      safetySnapshot: null,
      preview: { inserted: 1, updated: 1, deleted: 1 },
    });
    expect(await rows(connection)).toEqual([
      [1, 0.5],
      [2, 1.5],
      [3, 2.5],
    ]);
    const done = await cli.run([...merge, '--yes', ...connection]);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toMatch(
      /^d\.b is merged into d\.t: 3 rows changed, verified\. To undo: restore d\.t --undo \S+\n$/,
    );
    expect(await rows(connection)).toEqual([
      [1, 9],
      [3, 2.5],
      [7, 7.5],
    ]);
    expect(await cli.json<Merged>('branchMerge', [...merge, '--yes', ...connection])).toMatchObject({
      rowsChanged: 0,
      verified: true,
    });
    const [, undo = ''] = done.stdout.trimEnd().split('To undo: ');
    // What others wrote since stays.
    await sql('UPDATE d.t SET x = 1 WHERE id = 7', connection);
    expect(await cli.run([...undo.split(' '), '--yes', ...connection])).toMatchObject({ code: 0 });
    expect(await rows(connection)).toEqual([
      [1, 0.5],
      [2, 1.5],
      [3, 2.5],
      [7, 1],
    ]);
  });

  it('a preview counts the rows that were set back since they were merged, and not those of a merge that was undone', async () => {
    const connection = await branched('again');
    await sql('UPDATE d.b SET x = 9 WHERE id < 3', connection);
    expect(await cli.json('branchMerge', [...merge, ...connection], { code: 2 })).not.toHaveProperty('setBack');
    const done = await cli.json<Merged>('branchMerge', [...merge, '--yes', ...connection]);
    await sql('UPDATE d.t SET x = 0.5 WHERE id = 1; UPDATE d.b SET x = 7 WHERE id = 3', connection);
    expect(await cli.json('branchMerge', [...merge, ...connection], { code: 2 })).toMatchObject({
      rowsChanged: 2,
      setBack: 1,
    });
    const text = await cli.run([...merge, ...connection]);
    expect(text.stdout).toContain('Set back here since it was merged, and changed again by this: 1 row.');
    await cli.run(['restore', 'd.t', '--undo', done.safetySnapshot ?? '', '--yes', ...connection]);
    expect(await cli.json('branchMerge', [...merge, ...connection], { code: 2 })).not.toHaveProperty('setBack');
  });

  it('of rows that both changed merges nothing before each is decided, by a rule or by its key', async () => {
    const connection = await branched('both');
    await sql('UPDATE d.b SET x = 9; UPDATE d.t SET x = 8 WHERE id < 3; INSERT INTO d.b VALUES (7, 7.5);', connection);
    const open = await cli.json<Merged>('branchMerge', [...merge, '--yes', ...connection], { code: 3 });
    expect(open).toMatchObject({ conflicts: 2, open: 2, safetySnapshot: null, verified: false });
    expect(open.rows).toEqual([
      { base: { id: 1, x: 0.5 }, theirs: { id: 1, x: 9 }, ours: { id: 1, x: 8 } },
      { base: { id: 2, x: 1.5 }, theirs: { id: 2, x: 9 }, ours: { id: 2, x: 8 } },
    ]);
    const text = await cli.run([...merge, ...connection]);
    expect(text.code).toBe(3);
    expect(text.stdout).toContain('d.b and d.t both changed 2 rows, each to other values.');
    expect(text.stdout).toMatch(/1\s+base\s+1\s+0\.5/);
    expect(await cli.run([...merge, '--theirs', '1', '--yes', ...connection])).toMatchObject({ code: 3 });
    expect(await rows(connection)).toEqual([
      [1, 8],
      [2, 8],
      [3, 2.5],
    ]);
    const done = await cli.json<Merged>('branchMerge', [
      ...merge,
      '--theirs',
      '1',
      '--ours',
      '2',
      '--yes',
      ...connection,
    ]);
    expect(done).toMatchObject({ conflicts: 2, open: 0, rowsChanged: 3, verified: true });
    expect(await rows(connection)).toEqual([
      [1, 9],
      [2, 8],
      [3, 9],
      [7, 7.5],
    ]);
    expect(
      await cli.json<Merged>('branchMerge', [...merge, '--conflicts', 'skip', '--yes', ...connection]),
    ).toMatchObject({ rowsChanged: 0 });
    await cli.json<Merged>('branchMerge', [...merge, '--conflicts', 'accept', '--yes', ...connection]);
    expect(await rows(connection)).toEqual([
      [1, 9],
      [2, 9],
      [3, 9],
      [7, 7.5],
    ]);
  });

  /** `d.t` with a key of texts and its branch, both of which changed each row (`k…` columns): x is 8 here and 9 there. */
  async function bothChanged(name: string, key: string, keys: string): Promise<string[]> {
    const connection = ['-c', `embedded:${name}.db`];
    await cli.json('import', [
      'import',
      cli.write('any.csv', 'a\n1\n'),
      '--table',
      'd.any',
      '--key',
      'a',
      ...connection,
    ]);
    await sql(
      `CREATE TABLE d.t (${key.replaceAll(/\w+/g, (column) => `${column} VARCHAR(20)`)}, x INT, PRIMARY KEY (${key}));
       INSERT INTO d.t (${key}, x) VALUES ${keys}; DATA BRANCH CREATE TABLE d.b FROM d.t; UPDATE d.b SET x = 9; UPDATE d.t SET x = 8`,
      connection,
    );
    return connection;
  }
  const all = async (connection: readonly string[]): Promise<unknown> => {
    const ran = await cli.run(['sql', '-', '--json', ...connection], { input: 'SELECT * FROM d.t ORDER BY 1, 2' });
    return (JSON.parse(ran.stdout) as { rows: unknown }).rows;
  };

  it('a key of one column is its text as it is, with its commas and blanks', async () => {
    const connection = await bothChanged('text', 'k', "('a,b', 1), (' c', 1), ('c', 1)");
    const chosen = ['--theirs', 'a,b', '--theirs', ' c', '--ours', 'c'];
    await cli.json<Merged>('branchMerge', [...merge, ...chosen, '--yes', ...connection]);
    expect(await all(connection)).toEqual([
      [' c', 9],
      ['a,b', 9],
      ['c', 8],
    ]);
  });

  it('a key of several columns is a JSON array; commas do where they fit one row alone', async () => {
    const connection = await bothChanged('texts', 'k, l', "('u', 'v, w', 1), ('u, v', 'w', 1), ('7', 'north', 1)");
    const refused = async (...chosen: string[]): Promise<string> => {
      const ran = await cli.run([...merge, ...chosen, '--conflicts', 'skip', '--yes', '--json', ...connection]);
      const { error } = JSON.parse(ran.stdout) as { error: { code: string; message: string } };
      expect(error.code).toBe('usage.wrong');
      return error.message;
    };
    expect(await refused('--theirs', 'u, v, w')).toBe(
      'The key u, v, w fits 2 rows that both sides changed. Write the one that is meant: ["u","v, w"] or ["u, v","w"].',
    );
    expect(await refused('--theirs', '["u","w"]')).toContain('No row with the key ["u","w"] was changed');
    expect(await refused('--theirs', '7,north', '--ours', '["7","north"]')).toContain('is chosen twice');
    expect(await refused('--theirs', '[9007199254740993,"north"]')).toContain('are to be texts');
    const preview = await cli.run([...merge, ...connection]);
    expect(preview.stdout).toMatch(/^7, north\s+base/m);
    expect(preview.stdout).toMatch(/^\["u","v, w"\]\s+base/m);
    expect(await all(connection)).toEqual([
      ['7', 'north', 8],
      ['u', 'v, w', 8],
      ['u, v', 'w', 8],
    ]);
    const chosen = ['--theirs', '["u","v, w"]', '--ours', '["u, v","w"]', '--theirs', '7,north'];
    await cli.json<Merged>('branchMerge', [...merge, ...chosen, '--yes', ...connection]);
    expect(await all(connection)).toEqual([
      ['7', 'north', 9],
      ['u', 'v, w', 9],
      ['u, v', 'w', 8],
    ]);
  });

  it.each([
    [['--conflicts', 'maybe'], 'usage.wrong'],
    [['--ours', '77'], 'usage.wrong'],
    [['--ours', '1', '--theirs', '1'], 'usage.wrong'],
    [['--into', 'd.nothing'], 'table.unknown'],
    [['--confirm', 'd.b'], 'confirm.needed'],
  ])('with %j fails with %s', async (more, code) => {
    const connection = await branched(`bad_${more.join('').replaceAll(/\W/g, '_')}`);
    const ran = await cli.run([...merge, ...more, '--json', ...connection]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code } });
  });

  it('of tables that never were one, and of other columns, is refused', async () => {
    const connection = await branched('other');
    await sql('CREATE TABLE d.c CLONE d.t', connection);
    const clone = await cli.run(['branch', 'merge', 'd.c', '--into', 'd.t', '--json', ...connection]);
    expect(JSON.parse(clone.stdout)).toMatchObject({ error: { code: 'branch.unrelated' } });
    await sql('ALTER TABLE d.t ADD COLUMN more INT', connection);
    const reshaped = await cli.run([...merge, '--json', ...connection]);
    expect(JSON.parse(reshaped.stdout)).toMatchObject({ error: { code: 'delta.schemaChanged' } });
  });
});

it('branches are listed, made of a snapshot, and deleted', async () => {
  const connection = await branched('list');
  await cli.json('snapshot', ['snapshot', 'create', 'v1', '--table', 'd.t', ...connection]);
  await sql('DELETE FROM d.t WHERE id = 1', connection);
  await cli.json('branch', ['branch', 'create', 'd.old', '--from', 'd.t', '--at', 'v1', ...connection]);
  expect(await cli.json('branchList', ['branch', 'list', ...connection])).toMatchObject([
    { branch: 'd.old', of: 'd.t' },
    { branch: 'd.b', of: 'd.t' },
  ]);
  expect((await cli.run(['branch', 'list', ...connection])).stdout).toContain('d.old');
  expect(await cli.json('branch', ['branch', 'delete', 'd.old', ...connection])).toMatchObject({
    branch: 'd.old',
    rows: 3,
  });
  const plain = await cli.run(['branch', 'delete', 'd.t', '--json', ...connection]);
  expect(JSON.parse(plain.stdout)).toMatchObject({ error: { code: 'branch.unknown' } });
});
