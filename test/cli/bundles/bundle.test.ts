// A model history from one machine to another, as it is shipped: every model is made again there; and bundles that others made.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommandLine, type Called, type CommandLine } from '../trainBundle.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(
  JSON.parse(readFileSync(new URL('../../../docs/cli.schema.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >,
);

interface Bundled {
  readonly training: string;
  readonly models: readonly { readonly model: string; readonly weightsSha256: string }[];
  readonly snapshots: readonly { readonly name: string; readonly rows: number }[];
  readonly left: readonly { readonly model: string; readonly why: string }[];
}

let cli: CommandLine;
let home: string;
const at = (...parts: string[]): string => path.join(cli.folder, ...parts);
const call = (cwd: string, ...args: string[]): Promise<Called> => cli.call(args, cwd);

async function json<T>(definition: string, cwd: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await call(cwd, ...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const document = JSON.parse(stdout) as T;
  ajv.validate({ $ref: `deltatrain-cli#/$defs/${definition}` }, document);
  expect(ajv.errorsText()).toBe('No errors');
  return document;
}

const sql = async (cwd: string, text: string): Promise<void> => {
  const file = path.join(cwd, 'statements.sql');
  writeFileSync(file, text);
  expect(await call(cwd, 'sql', file)).toMatchObject({ code: 0 });
};

beforeAll(async () => {
  cli = await bundleCommandLine();
  home = at('home');
  mkdirSync(home);
  expect(await call(cli.folder, 'demo', '--dir', home)).toMatchObject({ code: 0 });
}, 240_000);
afterAll(() => cli.remove());

describe('the demo, with models that were held, approved and archived', () => {
  let bundled: Bundled;
  beforeAll(async () => {
    bundled = await json<Bundled>('bundle', home, 'bundle', 'weather', '--out', at('w.dtb'));
    await json('bundleOpen', cli.folder, 'bundle', 'open', 'w.dtb', '--dir', 'away');
  });

  test('is the same history on the other machine', async () => {
    type Listed = Readonly<Record<string, unknown>> & { readonly model: string };
    const [here, there] = [
      await json<Listed[]>('modelList', home, 'model', 'list', 'weather'),
      await json<Listed[]>('modelList', at('away'), 'model', 'list', 'weather'),
    ];
    // What a snapshot is called there beside its name differs, and with it nothing else.
    const plain = ({ snapshot: _snapshot, baseSnapshot: _base, ...model }: Listed) =>
      JSON.parse(JSON.stringify(model)) as unknown;
    const carried = new Set(bundled.models.map(({ model }) => model));
    expect(there.map(plain)).toEqual(here.filter(({ model }) => carried.has(model)).map(plain));
    expect(carried.size + bundled.left.length).toBe(here.length);
    expect(await call(at('away'), 'log', '--verify')).toMatchObject({ code: 0 });
    const logged = await call(at('away'), 'model', 'approvals', 'weather', '--json');
    expect(logged.stdout).toBe((await call(home, 'model', 'approvals', 'weather', '--json')).stdout);
  });

  test('every model is made again there, to the bit', async () => {
    expect(bundled.models.length).toBeGreaterThan(4);
    for (const { model, weightsSha256 } of bundled.models)
      expect(await json('reproduce', at('away'), 'model', 'reproduce', model)).toMatchObject({
        model,
        identical: true,
        weightsSha256,
      });
    const latest = await call(at('away'), 'model', 'reproduce', 'weather@latest', '--from-root', '--json');
    expect(JSON.parse(latest.stdout)).toMatchObject({ identical: true });
  }, 240_000);

  test('goes on there where it ended, without the import that was taken back', async () => {
    await sql(
      at('away'),
      "UPDATE noaa.weather SET wind = wind + 0.1 WHERE location = 'Seattle' AND date > '2015-12-01';",
    );
    const trained = await call(at('away'), 'train', 'weather', '--json');
    const document = JSON.parse(trained.stdout) as { readonly kind: string; readonly delta: object };
    expect([document.kind, document.delta]).toEqual(['delta', { inserted: 0, updated: 30, deleted: 0 }]);
  });
});

test('rows of every type come back as they were, and a model whose snapshot is gone stays behind', async () => {
  const folder = at('types');
  mkdirSync(folder);
  const training = {
    connection: 'local',
    table: 'd.t',
    label: 'label',
    slices: ['town'],
    learner: 'linear',
    exclude: ['seen', 'extra'],
    // A column that is not carried, as nothing is trained on it.
    leaks: { group: ['extra'], time: 'seen', ignore: ['copies'] },
    split: { group: ['seen'] },
    test: 0.3,
    validation: 0.2,
  };
  writeFileSync(
    path.join(folder, 'deltatrain.json'),
    JSON.stringify({ connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { odd: training } }),
  );
  const row = (i: number): string =>
    `(${i}, 18446744073709550${String(i).padStart(3, '0')}, ${i}.10, ${i} / 3, ${i} / 7, '2024-02-${String((i % 28) + 1).padStart(2, '0')} 10:00:00.123456', ${['NULL', "''", "'NA'", "' - '", "'Zürich\\n'"][i % 5]}, '{"a": ${i}}', X'00FF${(i % 100).toString().padStart(2, '0')}', ${i % 2}, '${i % 3 === 0 ? 'x' : 'y'}', ${i})`;
  const rows = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => row(from + i)).join(', ');
  writeFileSync(path.join(folder, 'empty.csv'), 'id\n1\n');
  await call(folder, 'import', 'empty.csv', '--table', 'd.first', '--key', 'id');
  await sql(
    folder,
    `CREATE TABLE d.t (id INT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,2), f FLOAT, g DOUBLE, seen DATETIME(6), town VARCHAR(20), doc JSON, raw BLOB, flag BOOLEAN, label VARCHAR(3), extra INT);
INSERT INTO d.t VALUES ${rows(0, 600)};`,
  );
  const train = async (...more: string[]): Promise<void> => {
    const ran = await call(folder, 'train', 'odd', ...more);
    expect([0, 3], ran.stderr).toContain(ran.code);
  };
  await train('--full');
  await sql(folder, `INSERT INTO d.t VALUES ${rows(600, 640)};`);
  await train();
  await sql(folder, `DELETE FROM d.t WHERE id < 20; UPDATE d.t SET price = price + 1.05 WHERE id > 620;`);
  await train();
  const bundled = await json<Bundled>('bundle', folder, 'bundle', 'odd', '--out', 'odd.dtb');
  expect(bundled.models.map(({ model }) => model)).toEqual(['odd/m1', 'odd/m2', 'odd/m3']);
  expect(bundled.snapshots.map(({ rows: count }) => count)).toEqual([600, 640, 620]);
  await json('bundleOpen', folder, 'bundle', 'open', 'odd.dtb', '--dir', 'away');
  const carried = JSON.parse(readFileSync(path.join(folder, 'away', 'deltatrain.json'), 'utf8')) as unknown;
  expect(carried).toMatchObject({ trainings: { odd: { leaks: { time: 'seen', ignore: ['copies'] } } } });
  expect(await call(path.join(folder, 'away'), 'train', 'odd')).toMatchObject({ code: 0 });
  for (const { model } of bundled.models)
    expect(await json('reproduce', path.join(folder, 'away'), 'model', 'reproduce', model)).toMatchObject({
      identical: true,
    });
  // An update went on from the first: its artifact goes with it, though it cannot be made again itself.
  const [first] = bundled.snapshots;
  expect(await call(folder, 'snapshot', 'delete', first?.name ?? '', '--force')).toMatchObject({ code: 0 });
  const less = await json<Bundled>('bundle', folder, 'bundle', 'odd', '--out', 'less.dtb');
  expect(less.models.map(({ model }) => model)).toEqual(['odd/m2', 'odd/m3']);
  expect(less.left).toEqual([{ model: 'odd/m1', why: expect.stringContaining(first?.name ?? '-') as string }]);
}, 240_000);

describe('a bundle of others', () => {
  let good: Buffer;
  let headerLength: number;
  beforeAll(() => {
    good = readFileSync(at('w.dtb'));
    headerLength = good.readUInt32LE(8);
  });

  /** With its last hash made right, as whoever means harm would. */
  const withHash = (body: Buffer): Buffer => Buffer.concat([body, createHash('sha256').update(body).digest()]);
  function rebuilt(
    change: (header: Record<string, unknown>) => unknown,
    store = good.subarray(12 + headerLength, -32),
  ) {
    const header: unknown = change(
      JSON.parse(good.subarray(12, 12 + headerLength).toString()) as Record<string, unknown>,
    );
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return withHash(Buffer.concat([Buffer.from('DTBUNDL1'), length, text, store]));
  }
  const reseal = (plain: Buffer) => ({ bytes: plain.length, sha256: createHash('sha256').update(plain).digest('hex') });

  /** Refused by name, and nothing is left of it. */
  async function refused(bytes: Buffer): Promise<string> {
    writeFileSync(at('bad.dtb'), bytes);
    const ran = await call(cli.folder, 'bundle', 'open', 'bad.dtb', '--dir', 'bad');
    expect([ran.code, ran.stdout, existsSync(at('bad'))]).toEqual([1, '', false]);
    expect(ran.stderr).not.toMatch(/Something broke| {4}at /);
    return ran.stderr;
  }

  test('that was cut or changed anywhere is refused', async () => {
    for (const length of [0, 7, 11, 12, 40, 12 + headerLength, good.length >> 1, good.length - 1])
      expect(await refused(good.subarray(0, length)), String(length)).toMatch(
        /it is no bundle|it was cut short, or changed/,
      );
    for (const place of [0, 8, 11, 13, 12 + headerLength + 5, good.length >> 1, good.length - 3]) {
      const changed = Buffer.from(good);
      changed[place] = (changed[place] ?? 0) ^ 0x41;
      expect(await refused(changed), String(place)).toMatch(/it is no bundle|it was cut short, or changed/);
    }
  }, 240_000);

  test('whose header says what is not so is refused by what it says', async () => {
    expect(await refused(rebuilt((header) => ({ ...header, format: 2 })))).toContain(
      'its format is 2, and this DeltaTrain knows 1',
    );
    expect(await refused(rebuilt(() => 'no JSON'))).toContain('its header is not JSON');
    expect(await refused(rebuilt(() => 'null'))).toContain('its header names no format');
    expect(await refused(rebuilt(() => '['.repeat(5000)))).toContain('its header nests too deep');
    expect(await refused(rebuilt(({ store: _store, ...header }) => header))).toContain('does not describe its store');
    expect(await refused(rebuilt((header) => ({ ...header, contents: { training: 1 } })))).toContain(
      'does not say what is in it',
    );
    expect(await refused(rebuilt((header) => ({ ...header, config: 'x' })))).toContain(
      'its configuration cannot be read',
    );
    expect(await refused(rebuilt((header) => ({ ...header, store: { bytes: 2 ** 50, sha256: '' } })))).toContain(
      'would unfold to',
    );
    const contents = (header: Record<string, unknown>) =>
      header['contents'] as { models: object[]; snapshots: object[] };
    const withModels = (header: Record<string, unknown>, models: object[]) => ({
      ...header,
      contents: { ...contents(header), models },
    });
    expect(await refused(rebuilt((header) => withModels(header, contents(header).models.slice(1))))).toContain(
      'the models that its header names',
    );
    expect(
      await refused(
        rebuilt((header) =>
          withModels(
            header,
            contents(header).models.map((model) => ({ ...model, artifactSha256: 'f' })),
          ),
        ),
      ),
    ).toContain('as its header names it');
    expect(
      await refused(
        rebuilt((header) => ({ ...header, contents: { ...contents(header), snapshots: [{ name: 'gone', rows: 1 }] } })),
      ),
    ).toContain('it does not hold the snapshot gone');
  }, 240_000);

  test('names no place of this machine, and no second store', async () => {
    for (const path of ['../../outside.db', '/tmp/outside.db', '.deltatrain/../../outside.db', 'store.db']) {
      const config = JSON.stringify({
        connections: { local: { kind: 'embedded', path } },
        trainings: { weather: { connection: 'local', table: 'a.b', label: 'c' } },
      });
      expect(await refused(rebuilt((header) => ({ ...header, config }))), path).toContain(
        'its configuration is not that of a bundle',
      );
    }
    expect(readdirSync(cli.folder).filter((name) => name.includes('outside'))).toEqual([]);
  }, 240_000);

  test('whose store is another than its header describes, a bomb, or no store is refused', async () => {
    const plain = gunzipSync(good.subarray(12 + headerLength, -32));
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    expect(await refused(rebuilt((header) => header, bomb))).toContain('its store is longer than its header says');
    expect(await refused(rebuilt((header) => ({ ...header, store: reseal(Buffer.alloc(200 << 20)) }), bomb))).toContain(
      'would unfold to',
    );
    expect(await refused(rebuilt((header) => header, Buffer.from('not packed')))).toContain(
      'its store cannot be unpacked',
    );
    expect(await refused(rebuilt((header) => header, gzipSync(plain).subarray(0, -9)))).toContain(
      'its store cannot be unpacked',
    );
    const text = Buffer.from('no database at all');
    expect(await refused(rebuilt((header) => ({ ...header, store: reseal(text) }), gzipSync(text)))).toMatch(
      /not a DeltaTrain store|no store/i,
    );
    // Its pages are damaged though every hash is right.
    const damaged = Buffer.from(plain);
    damaged.fill(0x5a, damaged.length >> 2, (damaged.length >> 2) + 60_000);
    expect(await refused(rebuilt((header) => ({ ...header, store: reseal(damaged) }), gzipSync(damaged)))).not.toBe('');
  }, 240_000);

  test('that names a program has it run nowhere', async () => {
    const header = JSON.parse(good.subarray(12, 12 + headerLength).toString()) as { config: string };
    const config = JSON.parse(header.config) as { trainings: Record<string, object> };
    const mark = at('was-run');
    const program = ['node', '-e', `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`];
    const armed = {
      ...config,
      trainings: {
        weather: {
          ...config.trainings['weather'],
          learner: { command: program },
          options: undefined,
          on: { held: program },
        },
      },
    };
    writeFileSync(
      at('armed.dtb'),
      rebuilt((of) => ({ ...of, config: JSON.stringify(armed) })),
    );
    expect(await call(cli.folder, 'bundle', 'open', 'armed.dtb', '--dir', 'armed')).toMatchObject({ code: 0 });
    const trained = await call(at('armed'), 'train', 'weather', '--full');
    expect([trained.code, trained.stderr]).toEqual([
      2,
      expect.stringContaining('was not allowed to run on this machine'),
    ]);
    expect(existsSync(mark)).toBe(false);
  }, 240_000);
});

test('what is there is never written over, and wrong usage says so', async () => {
  const failing = async (code: number, ...args: string[]): Promise<string> => {
    const ran = await call(home, ...args);
    expect(ran.code, ran.stderr).toBe(code);
    return ran.stderr;
  };
  expect(await failing(1, 'bundle', 'open', at('w.dtb'), '--dir', '.')).toContain('the folder is not empty');
  expect(await failing(1, 'bundle', 'open', at('w.dtb'), '--dir', 'deltatrain.json')).toContain('a file of that name');
  expect(await failing(1, 'bundle', 'open', at('w.dtb'), '--dir', 'none/of/it')).toContain('none/of does not exist');
  expect(await failing(1, 'bundle', 'open', at('w.dtb'), '--dir', '/proc/deltatrain')).toMatch(
    /cannot be made|does not exist/,
  );
  expect(await failing(1, 'bundle', 'open', 'none.dtb')).toContain('there is no such file');
  expect(await failing(2, 'bundle', 'weather')).toContain('--out FILE.dtb');
  expect(await failing(2, 'bundle', 'weather', '--out', 'w.zip')).toContain('ends in .dtb');
  expect(await failing(1, 'bundle', 'wether', '--out', 'w.dtb')).toContain('Did you mean');
  expect(await failing(1, 'bundle', 'weather', '--out', 'none/w.dtb')).toContain('its folder does not exist');
});
