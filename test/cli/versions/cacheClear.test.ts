// Cached rows as the command line makes, names and removes them: the same model with and without.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

let cli: CommandLine;

beforeAll(async () => {
  cli = await bundleCommandLine();
  vi.stubEnv('XDG_CACHE_HOME', path.join(cli.folder, 'home'));
  vi.stubEnv('LOCALAPPDATA', path.join(cli.folder, 'home'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  cli.remove();
});

interface Holds {
  readonly caches?: readonly { readonly folder: string; readonly versions: readonly string[] }[];
}

const config = `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "t": { "connection": "local", "table": "shop.t", "label": "label", "learner": "linear" } }
}`;

/** A folder with a table of 20,400 rows, and calls in it that answer with their document. */
function workspace(name: string) {
  const folder = path.join(cli.folder, name);
  mkdirSync(folder);
  const rows = Array.from({ length: 20_400 }, (_, i) => `${i},${(i * 37) % 101},${(i * 37) % 101 > 50 ? 'a' : 'b'}`);
  writeFileSync(path.join(folder, 'many.csv'), `id,x,label\n${rows.join('\n')}\n`);
  writeFileSync(path.join(folder, 'deltatrain.json'), config);
  return {
    rows: path.join(folder, 'store.db.rows'),
    json: async <T>(definition: string, ...args: string[]): Promise<T> => {
      const { stdout, stderr } = await cli.call([...args, '--json'], folder);
      if (stdout === '') throw new Error(stderr);
      const document = JSON.parse(stdout) as T;
      ajv.validate({ $ref: `deltatrain-cli#/$defs/${definition}` }, document);
      expect(ajv.errorsText(), definition).toBe('No errors');
      return document;
    },
  };
}

type Place = ReturnType<typeof workspace>;

/** A full fit and an update; the weights of the update. */
async function trained({ json }: Place): Promise<string> {
  await json('import', 'import', 'many.csv', '--table', 'shop.t', '--key', 'id');
  await json('train', 'train', 't', '--full');
  writeFileSync(path.join(cli.folder, 'change.sql'), "UPDATE shop.t SET label = 'a' WHERE id < 40");
  await json('sql', 'sql', path.join(cli.folder, 'change.sql'));
  const { model } = await json<{ model: { weightsSha256: string } }>('train', 'train', 't');
  return model.weightsSha256;
}

test('a run keeps rows beside its store; holds names them, cache clear removes them, and the model is the same without', async () => {
  const cached = workspace('cached');
  const weights = await trained(cached);
  expect(readdirSync(cached.rows).filter((file) => /[.](rows|over)$/.test(file))).toHaveLength(2);
  const held = await cached.json<Holds>('holds', 'holds', 'shop.t', '--key', '7');
  expect(held.caches?.map((one) => [path.basename(one.folder), [...one.versions].sort()])).toEqual([
    ['store.db.rows', ['t_v1', 't_v2']],
  ]);
  const { bytes } = await cached.json<{ bytes: number }>('cacheClear', 'cache', 'clear');
  expect(bytes).toBeGreaterThan(300_000);
  expect(existsSync(cached.rows)).toBe(false);
  expect((await cached.json<Holds>('holds', 'holds', 'shop.t', '--key', '7')).caches).toBe(undefined);
  vi.stubEnv('DELTATRAIN_CACHE_MB', '0');
  const plain = workspace('plain');
  expect(await trained(plain)).toBe(weights);
  expect(existsSync(plain.rows)).toBe(false);
}, 300_000);
