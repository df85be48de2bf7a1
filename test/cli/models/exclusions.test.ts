// `train --without` and `model exclusions` as they are shipped: what is left out is said, listed, and taken back.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../trainBundle.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(
  JSON.parse(readFileSync(new URL('../../../docs/cli.schema.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >,
);

let cli: CommandLine;

beforeAll(async () => {
  cli = await bundleCommandLine();
  const config = {
    connections: { local: { kind: 'embedded', path: 'store.db' } },
    trainings: { shop: { connection: 'local', table: 'd.t', label: 'label', learner: 'linear' } },
  };
  writeFileSync(path.join(cli.folder, 'deltatrain.json'), JSON.stringify(config));
  const lines = Array.from(
    { length: 600 },
    (_, i) => `${i},${i / 10},${i % 3 === 0 ? 'red' : 'blue'},${i % 5 === 0 ? 'b' : 'a'}`,
  );
  writeFileSync(path.join(cli.folder, 't.csv'), ['id,x,colour,label', ...lines].join('\n'));
  expect(await call('import', 't.csv', '--table', 'd.t', '--key', 'id', '-c', 'embedded:store.db')).toMatchObject({
    code: 0,
  });
  expect(await call('train', 'shop', '--full')).toMatchObject({ code: 0 });
});
afterAll(() => cli.remove());

const call = (...args: string[]) => cli.call(args, cli.folder);

async function list(...more: string[]): Promise<unknown> {
  const { stdout } = await call('model', 'exclusions', 'shop', ...more, '--json');
  const document: unknown = JSON.parse(stdout);
  ajv.validate({ $ref: 'deltatrain-cli#/$defs/modelExclusions' }, document);
  expect(ajv.errorsText()).toBe('No errors');
  return document;
}

test('rows are left out, said by every run, listed, and taken back', async () => {
  expect((await call('model', 'exclusions', 'shop')).stdout).toBe('"shop" leaves no rows out.\n');
  const trained = await call('train', 'shop', '--without', 'id BETWEEN 100 AND 109', '--note', 'a bad file');
  expect(trained.stderr).toContain(
    '10 rows are left out until they change (x1). To take that back: model exclusions shop --lift x1',
  );
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.stdout).toContain('Left out until they change: 10 rows (x1: a bad file).');
  const entry = { id: 'x1', training: 'shop', rows: 10, model: null, reason: 'a bad file' };
  expect(await list()).toMatchObject([{ ...entry, lifted: null }]);
  expect((await call('model', 'exclusions', 'shop')).stdout).toMatch(
    /x1 +10 +a bad file .* left out until they change/,
  );
  expect(await list('--lift', 'x1')).toMatchObject([{ ...entry, lifted: { who: expect.any(String) as string } }]);
  expect((await call('model', 'reproduce', 'shop/m2')).stdout).toContain('the same weights');
});

test.each([
  [
    ['--without', 'id < 100'],
    1,
    'and at most 5 % may be. Take them back instead: restore d.t --to … --where "id < 100"',
  ],
  [['--without', '1'], 1, 'no model of "shop" is held, so there are no groups.'],
  [['--without', 'colour LIKE red'], 1, 'd.t has no column "red"'],
])('train shop %j is refused, and nothing is trained', async (args, code, sentence) => {
  const { stderr, ...ran } = await call('train', 'shop', ...args);
  expect(ran.code).toBe(code);
  expect(stderr).toContain(sentence);
});
