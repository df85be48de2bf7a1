// Checks of a training as shipped: data and model in one document, before a run, and the program that is told of a held model.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../trainBundle.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(
  JSON.parse(readFileSync(new URL('../../../docs/cli.schema.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >,
);

interface Checked {
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly sentence: string;
    readonly rows: readonly object[];
    readonly error?: { readonly code: string };
  }[];
  readonly failed: number;
}

let cli: CommandLine;
const call = (...args: string[]) => cli.call(args, cli.folder);
const at = (name: string): string => path.join(cli.folder, name);

async function json<T>(definition: string, code: number, ...args: string[]): Promise<T> {
  const ran = await call(...args, '--json');
  expect([ran.code, ran.code === code ? '' : ran.stderr + ran.stdout]).toEqual([code, '']);
  const document: unknown = JSON.parse(ran.stdout);
  ajv.validate({ $ref: `deltatrain-cli#/$defs/${definition}` }, document);
  expect(ajv.errorsText()).toBe('No errors');
  return document as T;
}

/** Rows of two regions; in the West the labels of `wrong` rows are exchanged. */
async function load(rows: number, wrong: (i: number) => boolean): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => {
    const region = i % 10 === 0 ? 'West' : 'East';
    const price = (i * 7) % 40;
    return `${i},${price},${region},${price > 20 !== wrong(i) ? 'b' : 'a'}`;
  });
  writeFileSync(at('t.csv'), ['id,price,region,label', ...lines].join('\n'));
  expect(await call('import', 't.csv', '--table', 'd.t', '--key', 'id')).toMatchObject({ code: 0 });
}

const never = (): boolean => false;

function configure(more: object, checks: object = {}): void {
  const shop = { connection: 'local', table: 'd.t', label: 'label', learner: 'linear', slices: ['region'], ...more };
  const config = { connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { shop }, checks };
  writeFileSync(at('deltatrain.json'), JSON.stringify(config));
}

const quality = {
  fine: { kind: 'quality', min: 0.8 },
  perfect: { kind: 'quality', min: 1.01 },
  errors: { kind: 'quality', metric: 'logLoss', max: 1 },
  'by region': { kind: 'quality', slice: 'region', min: 0.5 },
  'not in regions': { kind: 'quality', slice: 'region', min: 1.01 },
  worse: { kind: 'notWorse' },
  data: { kind: 'data' },
  gone: { kind: 'deletes', maxShare: 0.01 },
  keys: { kind: 'key', columns: ['id'] },
};

beforeAll(async () => {
  cli = await bundleCommandLine();
  vi.stubEnv('XDG_CONFIG_HOME', at('settings'));
  configure({ checks: quality });
  await load(1_500, never);
});
afterAll(() => {
  vi.unstubAllEnvs();
  cli.remove();
});

const told = ({ checks }: Checked): Record<string, boolean> =>
  Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));

test('before there is a model its checks cannot be asked, and those of data hold', async () => {
  const document = await json<Checked>('check', 3, 'check', 'shop');
  expect(told(document)).toMatchObject({ fine: false, worse: false, data: true, gone: true, keys: true });
  expect(document.checks[0]?.error?.code).toBe('check.unusable');
});

test('the model overall and by slice, and what changed, in one document', async () => {
  expect(await call('train', 'shop')).toMatchObject({ code: 0 });
  const first = await json<Checked>('check', 3, 'check');
  expect(told(first)).toEqual({
    ...{ fine: true, perfect: false, errors: true, 'by region': true, 'not in regions': false },
    ...{ worse: true, data: true, gone: true, keys: true },
  });
  await load(1_500, (i) => i % 10 === 0);
  const second = await json<Checked>('check', 3, 'check');
  const data = second.checks.find(({ name }) => name === 'data');
  expect([data?.ok, data?.sentence]).toEqual([false, expect.stringContaining('label')]);
  expect(data?.rows[0]).toMatchObject({ 'label before': expect.any(String) as string });
  expect(data?.rows).toHaveLength(10);
  const shown = await call('check', 'shop', '--markdown', 'shop.md');
  expect([shown.code, shown.stdout]).toEqual([3, expect.stringContaining('NO  shop · data: ')]);
  expect(readFileSync(at('shop.md'), 'utf8')).toContain('### ❌ shop · data');
});

test('a run is not begun where a check before it does not hold, and leaves nothing behind', async () => {
  configure({ checks: { data: { kind: 'data', before: ['training'] } } });
  const before = await call('snapshot', 'list', '--json');
  const stopped = await call('train', 'shop');
  expect([stopped.code, stopped.stdout]).toEqual([3, '']);
  expect(stopped.stderr).toContain(
    'The training of "shop" was not begun, because a check does not hold: "data" of shop: ',
  );
  expect(await call('snapshot', 'list', '--json')).toEqual(before);
  configure({}, { local: { 'd.t': { few: { kind: 'rows', max: 10, before: ['training'] } } } });
  expect((await call('train', 'shop')).stderr).toContain('"few" of d.t: 1,500 rows, and at most 10 are wanted.');
  expect(JSON.parse((await call('model', 'list', '--json')).stdout)).toHaveLength(1);
});

test('the program that is told runs as it was allowed, once for the same rows, and what it does changes no verdict', async () => {
  const hook = `import { copyFileSync, readFileSync } from 'node:fs';
const [verb, file] = process.argv.slice(2);
const { training } = JSON.parse(readFileSync(file, 'utf8'));
copyFileSync(file, ${JSON.stringify(at('told.json'))});
console.log(verb, training, Object.keys(process.env).filter((name) => name.startsWith('DELTATRAIN')).length);
`;
  writeFileSync(at('hook.mjs'), hook);
  configure({ on: { held: ['node', 'hook.mjs'] } });
  const refused = await call('train', 'shop');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('deltatrain trainer allow')]);
  expect(JSON.parse((await call('model', 'list', '--json')).stdout)).toHaveLength(1);
  const allowed = await json<{ trainers: unknown[]; hooks: { on: string }[] }>('trainerAllow', 0, 'trainer', 'allow');
  expect([allowed.trainers, allowed.hooks.map(({ on }) => on)]).toEqual([[], ['held']]);
  const held = await call('train', 'shop');
  expect([held.code, held.stderr]).toEqual([3, expect.stringContaining('held shop 0')]);
  expect(JSON.parse(readFileSync(at('told.json'), 'utf8'))).toMatchObject({
    ...{ version: 1, event: 'held', training: 'shop', table: 'd.t', model: 'shop/m2', parent: 'shop/m1' },
    ...{ baseSnapshot: 't_v1', snapshot: 't_v2', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
  writeFileSync(at('told.json'), '');
  const again = await json<{ model: string; reason: string }>('train', 3, 'train', 'shop');
  expect([again.reason, readFileSync(at('told.json'), 'utf8')]).toEqual(['model.held', '']);
  appendFileSync(at('hook.mjs'), 'process.exit(7);\n');
  expect(await call('train', 'shop')).toMatchObject({ code: 2 });
  expect(await call('model', 'archive', 'shop/m2')).toMatchObject({ code: 0 });
  const failing = await call('train', 'shop', '--allow-trainer');
  expect([failing.code, failing.stderr]).toEqual([
    3,
    expect.stringContaining(
      '"node hook.mjs", which the training runs when a model is held, failed: it ended with exit code 7.',
    ),
  ]);
  configure({ on: { held: ['./nothing-there'] } });
  const missing = await call('train', 'shop', '--allow-trainer');
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining('is no file below the folder of deltatrain.json'),
  ]);
}, 240_000);

test('quarantine lists the rows that it left out, and they can be looked at', async () => {
  configure({ onSuspect: 'quarantine' });
  // Few enough to be left out.
  await load(4_000, (i) => i % 100 === 0 && i < 1_500);
  const document = await json<{ status: string; quarantined: { id: string; rows: number } }>(
    'train',
    0,
    'train',
    'shop',
  );
  expect(document).toMatchObject({ status: 'candidate', quarantined: { id: 'x1', rows: 15 } });
  {
    const listed = await json<{ rows: { id: number }[] }>(
      'exclusionRows',
      0,
      'model',
      'exclusions',
      'shop',
      '--rows',
      document.quarantined.id,
    );
    expect(listed.rows).toHaveLength(document.quarantined.rows);
  }
  const unknown = await call('model', 'exclusions', 'shop', '--rows', 'x9');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('has no exclusion of that name')]);
});
