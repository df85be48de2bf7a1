// `diff --check` as it is shipped: what a model can say of changes before anything is trained on them.
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
const call = (...args: string[]) => cli.call(args, cli.folder);

async function load(rows: number, priceOf: (i: number) => number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => `${i},${priceOf(i)},${i % 5 === 0 ? 'b' : 'a'}`);
  writeFileSync(path.join(cli.folder, 't.csv'), ['id,price,label', ...lines].join('\n'));
  expect(await call('import', 't.csv', '--table', 'd.t', '--key', 'id')).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  cli = await bundleCommandLine();
  const shop = { connection: 'local', table: 'd.t', label: 'label', learner: 'linear' };
  writeFileSync(
    path.join(cli.folder, 'deltatrain.json'),
    JSON.stringify({ connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { shop } }),
  );
  await load(600, (i) => 10 + (i % 40));
});
afterAll(() => cli.remove());

test('without a model, of another table or of no training the check is refused in a sentence', async () => {
  expect((await call('diff', 'd.t', '--check', 'shop')).stderr).toContain(
    'there is no model yet that could be asked. Train one first.',
  );
  const other = await call('diff', 'd.other', '--check', 'shop');
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('that training is of d.t, not of d.other.')]);
  expect((await call('diff', 'd.t', '--check', 'shops')).stderr).toContain('shops');
  expect((await call('diff', 'd.t')).stderr).toContain('--from is missing');
});

test('changes that fit end in 0, suspect ones in 3, and nothing is trained or pinned', async () => {
  expect(await call('train', 'shop', '--full')).toMatchObject({ code: 0 });
  const nothing = await call('diff', 'd.t', '--check', 'shop');
  expect([nothing.code, nothing.stdout]).toEqual([
    0,
    expect.stringContaining('shop/m1: There was no change to judge the data by.'),
  ]);
  await load(620, (i) => 10 + (i % 40));
  const fine = await call('diff', 'd.t', '--check', 'shop', '--summary');
  expect([fine.code, fine.stdout]).toEqual([0, expect.stringContaining('consistent. The changes fit what m1 knows')]);
  await load(620, (i) => (10 + (i % 40)) * (i < 200 ? 1000 : 1));
  const bad = await call('diff', 'd.t', '--check', 'shop', '--summary', '--json');
  const document: unknown = JSON.parse(bad.stdout);
  ajv.validate({ $ref: 'deltatrain-cli#/$defs/diff' }, document);
  expect(ajv.errorsText()).toBe('No errors');
  expect([bad.code, document]).toMatchObject([
    3,
    { from: 't_v1', to: 'live', updated: 200, model: 'shop/m1', data: { verdict: 'suspect', groups: [{}] } },
  ]);
  const shown = await call('diff', 'd.t', '--check', 'shop', '--limit', '3');
  expect([shown.code, shown.stdout]).toEqual([
    3,
    expect.stringMatching(/As shop\/m1 sees it\n {2}data check .*suspect\.\n/),
  ]);
  expect(JSON.parse((await call('model', 'list', '--json')).stdout)).toHaveLength(1);
  expect((await call('snapshot', 'list', '--json')).stdout).not.toContain('t_v2');
});
