/** What the command line says where a name is wrong: a table, a training, a connection, or the address of one. */
import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCli } from './support/cli.ts';

const cli = useCli();

const said = async (args: readonly string[], cwd = '.'): Promise<string> => {
  const ran = await cli.run(args, { cwd });
  expect(ran).toMatchObject({ stdout: '' });
  expect(ran.code).toBeGreaterThan(0);
  return ran.stderr;
};

beforeAll(async () => {
  cli.write('t.csv', 'id,x\n1,0.5\n2,1.5\n');
  await cli.json('import', ['import', 't.csv', '--table', 'd.t', '--key', 'id', '-c', 'embedded:s.db']);
  await cli.json('snapshot', ['snapshot', 'create', 'v1', '--table', 'd.t', '-c', 'embedded:s.db']);
});

describe('a table that is not there', () => {
  it('is what is missing, not its snapshot', async () => {
    expect(await said(['restore', 'd.tt', '--to', 'v1', '-c', 'embedded:s.db'])).toBe(
      'There is no table "d.tt". Did you mean "d.t"?\n',
    );
    expect(await said(['restore', 'nope.t', '--to', 'v1', '-c', 'embedded:s.db'])).toBe(
      'There is no table "nope.t".\n',
    );
  });

  it('is not called new where nothing was imported', async () => {
    cli.write('twice.csv', 'id,x\n1,0.5\n1,1.5\n');
    const twice = await said(['import', 'twice.csv', '--table', 'd.new', '--key', 'id', '-c', 'embedded:s.db']);
    expect(twice).toMatch(/^The key \(id\) of d\.new is not unique.* Nothing was changed\.\n$/);
    const keyless = await said(['import', 't.csv', '--table', 'd.new', '-c', 'embedded:s.db']);
    expect(keyless).toMatch(/^The columns of the file: id BIGINT, x DOUBLE\nd\.new has no primary key\./);
  });
});

describe('the address of a connection', () => {
  it('of a folder says that it is one', async () => {
    mkdirSync(cli.at('folder'));
    const { stderr } = await cli.run(['snapshot', 'list', '-c', 'embedded:folder']);
    expect(stderr).toBe(`Cannot open ${cli.at('folder')}: it is a folder. Name a file in it.\n`);
  });

  it.each(['postgres://u:s3cret@h/d', 'http://h', 'sqlite:/tmp/x.db'])(
    '%s is of no kind that is known',
    async (url) => {
      const stderr = await said(['snapshot', 'list', '-c', url]);
      expect(stderr).toBe(
        `--connection cannot begin with ${url.split(/(?<=:)/)[0]} It is embedded:PATH, mysql://user@host:port/db, or a name in deltatrain.json.\n`,
      );
    },
  );
});

describe('a training', () => {
  const training = { table: 'd.t', label: 'x', learner: 'softmax' };

  it('that is not there is told with those that are', async () => {
    const connections = { a: { kind: 'embedded', path: '../s.db' } };
    const trainings = { one: { ...training, connection: 'a' }, two: { ...training, connection: 'a' } };
    cli.write('two/deltatrain.json', JSON.stringify({ connections, trainings }));
    expect(await said(['train', 'nope'], 'two')).toBe('There is no training "nope". There are: one, two.\n');
    expect(await said(['train', 'twoo'], 'two')).toBe('There is no training "twoo". Did you mean "two"?\n');
    cli.write('none/deltatrain.json', JSON.stringify({ connections }));
    expect(await said(['train', 'nope'], 'none')).toBe(
      'There is no training "nope". deltatrain.json has none yet: write it there, under "trainings".\n',
    );
  });

  it('that names a connection that is not there is named itself, with its file', async () => {
    cli.write('gone/deltatrain.json', JSON.stringify({ trainings: { w: { ...training, connection: 'nope' } } }));
    for (const args of [
      ['model', 'list'],
      ['model', 'show', 'm1'],
      ['train', 'w'],
    ])
      expect(await said(args, 'gone')).toBe(
        `There is no connection "nope". The training "w" in ${cli.at('gone/deltatrain.json')} names it.\n`,
      );
  });
});
