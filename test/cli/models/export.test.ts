// Exported models beside ours: every learner and task, raw columns in, on 10,000 rows with what is missing, unknown and far beyond.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../trainBundle.ts';

const root = path.join(import.meta.dirname, '../../..');
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(JSON.parse(readFileSync(path.join(root, 'docs/cli.schema.json'), 'utf8')) as Record<string, unknown>);

const answered = 10_000;
/** The same draws each time (a linear congruential generator), in [0, 1). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const colours = ['red', 'green', 'blue', 'NA', 'déjà vu'];
const two = (n: number): string => String(n).padStart(2, '0');

/** A row of features; `wild` ones are not like those that were trained on. */
function features(random: () => number, wild: boolean): string[] {
  const rare = (share: number): boolean => random() < share;
  const x = rare(0.05) ? '' : wild && rare(0.05) ? String((random() - 0.5) * 1e9) : (random() * 10).toFixed(3);
  const whole = wild && rare(0.03) ? '-7' : String(Math.floor(random() * 12));
  const colour = rare(0.05)
    ? ''
    : wild && rare(0.05)
      ? 'violet'
      : (colours[Math.floor(random() * colours.length)] ?? '');
  const year = wild ? 1890 + Math.floor(random() * 300) : 2020 + Math.floor(random() * 4);
  const date = `${year}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`;
  const day = rare(0.05) ? '' : date;
  const seen = `${date} ${two(Math.floor(random() * 24))}:${two(Math.floor(random() * 60))}:00`;
  return [x, whole, colour, rare(0.05) ? '' : rare(0.5) ? '1' : '0', day, seen];
}

const names = ['x', 'n', 'colour', 'open', 'day', 'seen'];
const learners = ['mlp', 'linear', 'forest'] as const;
const classifying = Object.fromEntries(
  learners.map((learner) => [
    `c_${learner}`,
    { connection: 'local', table: 'd.t', label: 'label', exclude: ['price'], learner },
  ]),
);
const regressing = Object.fromEntries(
  (['linear', 'forest'] as const).map((learner) => [
    `r_${learner}`,
    { connection: 'local', table: 'd.t', label: 'price', exclude: ['label'], task: 'regression', learner },
  ]),
);
const trainings = { ...classifying, ...regressing };
/** Trainings that differ in their learner alone are numbered together. */
const numbers: Readonly<Record<string, number>> = { c_mlp: 1, c_linear: 2, c_forest: 3, r_linear: 1, r_forest: 2 };
const fileOf = (name: string): string => `models/${name}-m${numbers[name]}.onnx`;

let cli: CommandLine;
const at = (name: string): string => path.join(cli.folder, name);
const call = (...args: string[]) => cli.call(args, cli.folder);

beforeAll(async () => {
  cli = await bundleCommandLine();
  writeFileSync(
    at('deltatrain.json'),
    JSON.stringify({ connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings }),
  );
  const random = draws(7);
  const rows = Array.from({ length: 3_000 }, (_, id) => {
    const [x = '', n = '', colour = '', ...rest] = features(random, false);
    const score = Number(x || 5) + (colour === 'red' ? 4 : 0) - Number(n) / 3 + random();
    return [
      id,
      x,
      n,
      colour,
      ...rest,
      score > 8 ? 'much' : score > 4 ? 'some' : 'few',
      (score * 1000 + 1e6).toFixed(2),
    ];
  });
  writeFileSync(at('t.csv'), [['id', ...names, 'label', 'price'], ...rows].map((row) => row.join(',')).join('\n'));
  const wild = draws(11);
  const asked = Array.from({ length: answered }, (_, i) => [i, ...features(wild, true)]);
  writeFileSync(at('asked.csv'), [['id', ...names], ...asked].map((row) => row.join(',')).join('\n'));
  const types = 'x=DOUBLE,n=INT,colour=VARCHAR(20),open=BOOLEAN,day=DATE,seen=DATETIME,price=DOUBLE';
  const loaded = await call(
    'import',
    't.csv',
    '--table',
    'd.t',
    '--key',
    'id',
    '--types',
    types,
    '-c',
    'embedded:store.db',
    '--na',
    '',
  );
  expect(loaded).toMatchObject({ code: 0 });
  for (const name of Object.keys(trainings)) {
    const trained = await call('train', name, '--full');
    expect(trained.code, trained.stderr).toBe(0);
    const exported = await call('model', 'export', `${name}@latest`, '--format', 'onnx', '--out', 'models', '--json');
    expect(exported.code, exported.stderr).toBe(0);
    const document: unknown = JSON.parse(exported.stdout);
    ajv.validate({ $ref: 'deltatrain-cli#/$defs/modelExport' }, document);
    expect(ajv.errorsText()).toBe('No errors');
    expect(document).toMatchObject({ model: `${name}/m${numbers[name]}`, files: [at(fileOf(name))] });
    const predicted = await call(
      'predict',
      'asked.csv',
      '--model',
      `${name}@latest`,
      '--out',
      `${name}.jsonl`,
      '--keep',
      'id',
      '--na',
      '',
    );
    expect(predicted.code, predicted.stderr).toBe(0);
  }
}, 600_000);
afterAll(() => cli.remove());

/** What ours said of a training's rows, in their order. */
const own = (name: string): Record<string, unknown>[] =>
  readFileSync(at(`${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const python = process.env['ONNX_PYTHON'] ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import onnxruntime, numpy']).status === 0;
const skipped = (has: boolean, what: string): string => (has ? '' : ` (skipped: ${what} is not here)`);

describe(`ten lines of Python${skipped(hasPython, 'python3 with onnxruntime')}`, () => {
  test.skipIf(!hasPython).each(Object.keys(trainings))('%s answers as ours does', (name) => {
    const ran = spawnSync(python, [path.join(root, 'docs/export/ask.py'), at(fileOf(name)), at('asked.csv')], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(ran.status, ran.stderr).toBe(0);
    const [first, second] = JSON.parse(ran.stdout) as [unknown[], number[][]];
    const ours = own(name);
    expect([first.length, ours.length]).toEqual([answered, answered]);
    if (name.startsWith('r_')) {
      const off = (first as number[][]).map(
        ([value = Number.NaN], i) => Math.abs(value - Number(ours[i]?.['prediction'])) / 1e6,
      );
      expect(Math.max(...off)).toBeLessThan(1e-6);
      return;
    }
    const classes = ['few', 'much', 'some'];
    const shares = ours.map((row) => classes.map((one) => Number(row[`p_${one}`])));
    const off = shares.flatMap((row, i) => row.map((share, k) => Math.abs(share - (second[i]?.[k] ?? Number.NaN))));
    expect(Math.max(...off)).toBeLessThan(1e-5);
    // Only where two classes are as likely may another one come first.
    const others = first.flatMap((found, i) => (found === ours[i]?.['prediction'] ? [] : [i]));
    const apart = others.map((i) => (shares[i] ?? []).toSorted((a, b) => b - a)).map(([a = 1, b = 0]) => a - b);
    expect(Math.max(0, ...apart)).toBeLessThan(1e-5);
  });
});

const hasWeb = ((): boolean => {
  try {
    createRequire(path.join(root, 'docs/export/ask.cjs')).resolve('onnxruntime-web');
    return true;
  } catch {
    return false;
  }
})();

describe(`ten lines of JavaScript${skipped(hasWeb, 'onnxruntime-web')}`, () => {
  test.skipIf(!hasWeb).each(['c_mlp', 'c_linear', 'c_forest'])('%s answers as ours does', (name) => {
    const rows = readFileSync(at('asked.csv'), 'utf8')
      .split('\n')
      .slice(1, 201)
      .map((line) => line.split(','));
    const days = (text: string): number | null =>
      text === '' ? null : Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`) / 864e5;
    const number = (text: string): number | null => (text === '' ? null : Number(text));
    const asked = rows.map(([, x = '', n = '', colour = '', open = '', day = '', seen = '']) => ({
      x: number(x),
      n: number(n),
      colour,
      open: number(open),
      day: days(day),
      seen: days(seen),
    }));
    writeFileSync(at('asked.json'), JSON.stringify(asked));
    const ran = spawnSync(
      process.execPath,
      [path.join(root, 'docs/export/ask.cjs'), at(fileOf(name)), at('asked.json')],
      { encoding: 'utf8' },
    );
    expect(ran.status, ran.stderr).toBe(0);
    const found = JSON.parse(ran.stdout) as [string, unknown[]][];
    const ours = own(name).slice(0, 200);
    expect(found[0]).toEqual(['class', ours.map((row) => row['prediction'])]);
  });
});

test('what cannot be exported is refused by name, and nothing is left', async () => {
  const refused = async (code: number, ...args: string[]): Promise<string> => {
    const ran = await call('model', 'export', ...args);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    return ran.stderr;
  };
  expect(await refused(2, 'c_mlp/m1', '--out', 'none')).toContain('--format onnx');
  expect(await refused(2, 'c_mlp/m1', '--format', 'onnx')).toContain('--out DIR');
  expect(await refused(1, 'c_mlp/m1', '--format', 'onnx', '--out', 'deltatrain.json')).toContain('a file of that name');
  expect(await refused(1, 'c_mlp/m1', '--format', 'onnx', '--out', 'none/of')).toContain('none does not exist');
  expect(await refused(1, 'c_mlq/m1', '--format', 'onnx', '--out', 'none')).toContain('Did you mean "c_mlp/m1"?');
  expect(readdirSync(cli.folder)).not.toContain('none');
});

test('the page of the documentation has the two programs as they are, in about ten lines each', () => {
  const page = readFileSync(path.join(root, 'docs/export.md'), 'utf8');
  for (const name of ['ask.py', 'ask.cjs']) {
    const text = readFileSync(path.join(root, 'docs/export', name), 'utf8').trimEnd();
    expect(page).toContain(text);
    expect(text.split('\n').length).toBeLessThanOrEqual(12);
  }
});
