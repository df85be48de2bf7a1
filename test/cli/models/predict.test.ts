// `predict` as it is shipped: a file or a table in, a file or a table out, the same answers whichever way, and nothing half-written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
const write = (name: string, text: string) => writeFileSync(path.join(cli.folder, name), text);
const read = (name: string) => readFileSync(path.join(cli.folder, name), 'utf8');
const linesOf = (name: string) => read(name).trimEnd().split('\n');

const rows = Array.from(
  { length: 600 },
  (_, i) => `${i},${i / 10},${i % 3 === 0 ? 'red' : 'blue'},${(i % 3 === 0) !== (i % 7 === 0) ? 'b' : 'a'}`,
);

beforeAll(async () => {
  cli = await bundleCommandLine();
  const config = {
    connections: { local: { kind: 'embedded', path: 'store.db' } },
    trainings: {
      shop: { connection: 'local', table: 'd.t', label: 'label', learner: 'linear' },
      price: { connection: 'local', table: 'd.t', label: 'x', features: ['colour', 'label'], learner: 'forest' },
    },
  };
  write('deltatrain.json', JSON.stringify(config));
  write('t.csv', ['id,x,colour,label', ...rows].join('\n'));
  write('new.csv', ['id,x,colour', '900,1.5,red', '901,2,green', '902,,blue'].join('\n'));
  const imported = await call('import', 't.csv', '--table', 'd.t', '--key', 'id', '-c', 'embedded:store.db');
  expect(imported).toMatchObject({ code: 0 });
  for (const name of ['shop', 'price']) expect(await call('train', name, '--full')).toMatchObject({ code: 0 });
});
afterAll(() => cli.remove());

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await call('predict', ...args, '--json');
  expect(stderr).toBe('');
  const document = JSON.parse(stdout) as Record<string, unknown>;
  ajv.validate({ $ref: 'deltatrain-cli#/$defs/predict' }, document);
  expect([ajv.errorsText(), code]).toEqual(['No errors', 0]);
  return document;
}

test('answers for a file: class, probabilities, model and snapshot, and what the model does not know', async () => {
  const document = await json('new.csv', '--model', 'shop@latest', '--out', 'out.csv');
  expect(document).toMatchObject({ model: 'shop/m1', rows: 3, at: null, file: path.join(cli.folder, 'out.csv') });
  expect(document['notes']).toEqual([
    '"x" has no value in 1 row.',
    '"colour": a category that the model does not know in 1 row ("green"); it counts as any other.',
  ]);
  const [head, first, , third] = linesOf('out.csv');
  expect(head).toBe('id,prediction,probability,p_a,p_b,model,model_snapshot');
  expect(first).toMatch(/^900,b,0\.\d+,0\.\d+,0\.\d+,shop\/m1,t_v1$/);
  expect(third).toMatch(/^902,a,/);
});

test('answers for a table at a snapshot equal those for the same rows in a file, in every format', async () => {
  expect(await call('snapshot', 'create', 'before', '--table', 'd.t')).toMatchObject({ code: 0 });
  write('change.sql', "UPDATE d.t SET colour = 'red';");
  expect(await call('sql', 'change.sql')).toMatchObject({ code: 0 });
  await json('d.t', '--at', 'before', '--model', 'shop/m1', '--out', 'table.csv');
  await json('t.csv', '--model', 'shop/m1', '--out', 'file.csv');
  expect(linesOf('table.csv')).toHaveLength(601);
  expect(read('table.csv')).toBe(read('file.csv'));
  await json('d.t', '--model', 'shop/m1', '--out', 'now.csv');
  expect(read('now.csv')).not.toBe(read('table.csv'));
  await json('t.csv', '--model', 'shop/m1', '--out', 'file.parquet');
  await json('t.csv', '--model', 'shop/m1', '--out', 'file.jsonl');
  const [one = ''] = linesOf('file.jsonl');
  const [head = '', first = ''] = linesOf('file.csv');
  expect(Object.values(JSON.parse(one) as object).map(String)).toEqual(first.split(','));
  expect(Object.keys(JSON.parse(one) as object)).toEqual(head.split(','));
});

test('a regression answers with values; every column can be kept, under names that are free', async () => {
  await json('t.csv', '--model', 'price@latest', '--out', 'price.csv', '--keep', 'all');
  const [head = '', first = ''] = linesOf('price.csv');
  expect(head).toBe('id,x,colour,label,prediction,model,model_snapshot');
  expect(Number(first.split(',')[4])).toBeGreaterThan(0);
  await json('price.csv', '--model', 'shop/m1', '--out', 'again.csv', '--keep', 'all');
  expect(linesOf('again.csv')[0]).toBe(
    'id,x,colour,label,prediction,model,model_snapshot,prediction_2,probability,p_a,p_b,model_2,model_snapshot_2',
  );
});

test('into a table: made by the key, answered anew, and with --sync without rows that are gone', async () => {
  expect(await json('t.csv', '--model', 'shop/m1', '--into', 'd.scores')).toMatchObject({ table: 'd.scores' });
  await json('new.csv', '--model', 'shop/m1', '--into', 'd.scores');
  write('count.sql', 'SELECT COUNT(*), COUNT(DISTINCT model) FROM d.scores;');
  const count = async () => (JSON.parse((await call('sql', 'count.sql', '--json')).stdout) as { rows: unknown }).rows;
  expect(await count()).toEqual([[603, 1]]);
  await json('new.csv', '--model', 'shop/m1', '--into', 'd.scores', '--sync');
  expect(await count()).toEqual([[3, 1]]);
});

describe('what is refused, in a sentence, with nothing written', () => {
  beforeAll(() => {
    write('less.csv', 'id,x\n1,2\n');
    write('none.csv', 'a,b\n1,2\n');
    write('empty.csv', 'id,x,colour\n');
    write('broken.csv', ['id,x,colour', ...rows.slice(0, 300), '7,"open'].join('\n'));
  });
  test.each([
    [['less.csv', '--model', 'shop/m1', '--out', 'no.csv'], 'has no column "colour", which shop/m1 was trained on'],
    [['none.csv', '--model', 'shop/m1', '--out', 'no.csv', '--fill-missing'], 'has none of the columns that shop/m1'],
    [['empty.csv', '--model', 'shop/m1', '--out', 'no.csv'], 'no rows'],
    [['broken.csv', '--model', 'shop/m1', '--out', 'no.csv'], 'broken.csv'],
    [['gone.csv', '--model', 'shop/m1', '--out', 'no.csv'], 'gone.csv'],
    [['d.gone', '--model', 'shop/m1', '--out', 'no.csv'], 'd.gone'],
    [['t.csv', '--model', 'shop@promoted', '--out', 'no.csv'], 'No model of "shop" is promoted.'],
    [['t.csv', '--model', 'shop/m9', '--out', 'no.csv'], 'There is no model "shop/m9"'],
    [['t.csv', '--out', 'no.csv'], '--model is missing'],
    [['t.csv', '--model', 'shop/m1'], 'Say where the answers go'],
    [['t.csv', '--model', 'shop/m1', '--out', 'no.csv', '--into', 'd.s'], 'Say where the answers go'],
    [['t.csv', '--model', 'shop/m1', '--out', 'no.xlsx'], 'no.xlsx'],
    [['t.csv', '--model', 'shop/m1', '--out', 'away/no.csv'], 'its folder does not exist'],
    [['t.csv', '--at', 'before', '--model', 'shop/m1', '--out', 'no.csv'], '--at is for a table'],
    [['t.csv', '--model', 'shop/m1', '--out', 'no.csv', '--keep', 'z'], '"z"'],
  ])('%j', async (args, said) => {
    const before = readdirSync(cli.folder).sort();
    const { code, stdout, stderr } = await call('predict', ...args);
    expect([stdout, code === 1 || code === 2]).toEqual(['', true]);
    expect(stderr).toContain(said);
    expect(readdirSync(cli.folder).sort()).toEqual(before);
  });
});

test('a missing column is filled where that is asked for, and said', async () => {
  const { notes } = await json('less.csv', '--model', 'shop/m1', '--out', 'filled.csv', '--fill-missing');
  expect(notes).toEqual(['Without "colour": they count as missing in every row.']);
  expect(existsSync(path.join(cli.folder, 'filled.csv'))).toBe(true);
});

test('promoting says what it replaces, and the way back', async () => {
  expect(await call('import', 't.csv', '--table', 'd.t')).toMatchObject({ code: 0 });
  await call('train', 'shop', '--full', '--learner', 'forest');
  expect((await call('model', 'promote', 'shop/m1')).stderr).toBe('');
  const list = await call('model', 'list', 'shop', '--json');
  const other = (JSON.parse(list.stdout) as { model: string; status: string }[]).find(
    ({ model, status }) => model !== 'shop/m1' && status === 'candidate',
  );
  if (!other) throw new Error(list.stdout);
  expect((await call('model', 'promote', other.model)).stderr).toContain(
    'shop/m1 was promoted before, and is a candidate again. To go back to it: deltatrain model promote shop/m1',
  );
  expect((await call('model', 'show', 'shop@promoted', '--json')).stdout).toContain(`"model":"${other.model}"`);
  expect((await call('model', 'promote', 'shop/m1')).code).toBe(0);
  expect((await call('model', 'show', '@promoted', '--json')).stdout).toContain('"model":"shop/m1"');
});
