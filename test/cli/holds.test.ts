// `holds` and `snapshot clean`, as the command line answers them.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { makeOwnFolder } from '../../src/host/ownFolders.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();

interface Holds {
  readonly live: boolean;
  readonly snapshots: readonly string[];
  readonly models: readonly unknown[];
  readonly unread: readonly unknown[];
  readonly backups: readonly {
    readonly file: string;
    readonly versions: readonly string[];
    readonly unread: string | null;
  }[];
}

interface Clean {
  readonly remove: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly { readonly name: string; readonly because: string }[];
}

const at = (store: string): string[] => ['--connection', `embedded:${cli.at(store)}`];

/** A store with a table of three rows in two snapshots; row 2 is in the first alone. */
async function storeAt(name: string): Promise<string[]> {
  cli.write(`${name}.csv`, 'id,code,x\n1,10.50,a\n2,20.00,b\n3,30.25,c\n');
  const connection = at(`${name}.db`);
  await cli.json('import', ['import', cli.at(`${name}.csv`), '--table', 'shop.t', '--key', 'id', ...connection]);
  await cli.json('snapshot', ['snapshot', 'create', 'first', '--table', 'shop.t', ...connection]);
  const gone = await cli.run(['sql', '-', ...connection], { input: 'DELETE FROM shop.t WHERE id = 2' });
  expect(gone.code).toBe(0);
  await cli.json('snapshot', ['snapshot', 'create', 'second', '--table', 'shop.t', ...connection]);
  return connection;
}

it('finds a row in the versions that have it, and in the backup beside the store', async () => {
  const connection = await storeAt('held');
  expect(await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '1', ...connection])).toMatchObject({
    live: true,
    snapshots: ['second', 'first'],
    models: [],
    unread: [],
    // The copy that the second opening made.
    backups: [{ versions: ['live'], unread: null }],
  });
  copyFileSync(cli.at('held.db'), cli.at('held.db.backup'));
  const found = await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '2', ...connection]);
  expect(found).toMatchObject({ live: false, snapshots: ['first'], backups: [{ versions: ['first'], unread: null }] });
  // Looking changes nothing: a copy is not opened as a store that then gets a copy of its own.
  expect(existsSync(cli.at('held.db.backup.backup'))).toBe(false);
  cli.write('held.db.backup', 'not a store at all');
  const damaged = await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '2', ...connection]);
  // One that is no store is made anew when the store is opened.
  expect(damaged.backups).toMatchObject([{ versions: ['first'], unread: null }]);
});

it('finds it in what a recovery has put aside', async () => {
  const connection = await storeAt('aside');
  copyFileSync(cli.at('aside.db'), cli.at('aside.db.damaged-1'));
  cli.write('aside.db.damaged-2', 'not a store at all');
  const found = await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '2', ...connection]);
  const copies = found.backups.map(({ file, versions, unread }) => [
    file.replace(/^.*aside\.db/, ''),
    versions,
    unread === null,
  ]);
  expect(copies).toContainEqual(['.damaged-1', ['first'], true]);
  expect(copies).toContainEqual(['.damaged-2', [], false]);
});

it('says who has it, for a person, and that nothing has it', async () => {
  const connection = await storeAt('said');
  const ran = await cli.run(['holds', 'shop.t', '--key', '2', ...connection]);
  expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([0, 'snapshot   first']);
  const none = await cli.run(['holds', 'shop.t', '--key', '77', ...connection]);
  expect(none.stdout).toBe('Nothing has the row id = 77 of shop.t.\n');
});

it('names the folders that programs which were killed have left', async () => {
  const connection = await storeAt('left');
  vi.stubEnv('TMPDIR', cli.at('temporary'));
  try {
    mkdirSync(cli.at('temporary'));
    expect(await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '2', ...connection])).not.toHaveProperty('left');
    // A process number that no process has.
    const folder = makeOwnFolder('job').replace(/-[0-9a-z]+[.]/, '-zzzzz.');
    mkdirSync(folder);
    const found = await cli.json<Holds>('holds', ['holds', 'shop.t', '--key', '2', ...connection]);
    expect(found).toMatchObject({ left: [folder] });
    expect((await cli.run(['holds', 'shop.t', '--key', '77', ...connection])).stdout).toContain(
      `left       ${folder}: `,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

it('takes other columns than the key, and refuses what is no value of theirs', async () => {
  const connection = await storeAt('by');
  const found = await cli.json<Holds>('holds', ['holds', 'shop.t', '--by', 'code', '--key', '30.25', ...connection]);
  expect(found.snapshots).toEqual(['second', 'first']);
  const refused: [args: string[], says: RegExp][] = [
    [['--key', 'abc'], /"abc" is no BIGINT, which the key column id of the table is/],
    [[], /--key is missing/],
    [['--by', 'id,x', '--key', '1'], /The key is \(id, x\): write --key id=… --key x=…/],
    [['--by', 'nothing', '--key', '1'], /nothing/],
  ];
  for (const [args, says] of refused) {
    const ran = await cli.run(['holds', 'shop.t', ...args, ...connection]);
    expect(ran.stderr).toMatch(says);
    expect(ran.code).not.toBe(0);
  }
  const both = ['holds', 'shop.t', '--by', 'id,x', '--key', 'x=b', '--key', 'id=2', ...connection];
  expect((await cli.json<Holds>('holds', both)).snapshots).toEqual(['first']);
});

it('deletes nothing without a yes, and with it only what is neither new nor young', async () => {
  const connection = await storeAt('clean');
  const young = await cli.json<Clean>('snapshotClean', ['snapshot', 'clean', '--keep', '1', ...connection]);
  expect(young.kept.map(({ name, because }) => `${name}: ${because}`)).toEqual(['second: newest', 'first: young']);
  const old = ['snapshot', 'clean', '--keep', '1', '--older-than', '0h', ...connection];
  const preview = await cli.json<Clean>('snapshotClean', old, { code: 2 });
  expect([preview.remove, preview.removed]).toEqual([['first'], []]);
  expect((await cli.json<Clean>('snapshotClean', [...old, '--dry-run', '--yes'])).removed).toEqual([]);
  expect(await cli.json('snapshotList', ['snapshot', 'list', ...connection])).toHaveLength(2);
  expect((await cli.json<Clean>('snapshotClean', [...old, '--yes'])).removed).toEqual(['first']);
  expect(await cli.json('snapshotList', ['snapshot', 'list', ...connection])).toMatchObject([{ name: 'second' }]);
});

it('refuses an age or a number that is none', async () => {
  const connection = await storeAt('ages');
  for (const [option, value] of [
    ['--keep', '0'],
    ['--older-than', 'soon'],
    ['--older-than', '30'],
  ] as const) {
    const ran = await cli.run(['snapshot', 'clean', option, value, ...connection]);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`not "${value}"`)]);
  }
});
