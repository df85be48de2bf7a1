// `model approve` as it is shipped: what was seen is approved, on production with the table's name, wherever the training is written.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../trainBundle.ts';

let cli: CommandLine;
/** A folder that no deltatrain.json lies in or above. */
let elsewhere: string;

const call = (args: readonly string[], cwd = cli.folder) => cli.call([...args], cwd);

const configure = (environment: string, trainings: object): void =>
  writeFileSync(
    path.join(cli.folder, 'deltatrain.json'),
    JSON.stringify({ connections: { local: { kind: 'embedded', path: 'store.db', environment } }, trainings }),
  );
const shop = { shop: { connection: 'local', table: 'd.t', label: 'label', learner: 'linear' } };

async function load(priceOf: (i: number) => number): Promise<void> {
  const lines = Array.from({ length: 600 }, (_, i) => `${i},${priceOf(i)},${i % 5 === 0 ? 'b' : 'a'}`);
  writeFileSync(path.join(cli.folder, 't.csv'), ['id,price,label', ...lines].join('\n'));
  expect(await call(['import', 't.csv', '--table', 'd.t', '--key', 'id'])).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  cli = await bundleCommandLine();
  elsewhere = mkdtempSync(path.join(tmpdir(), 'deltatrain-elsewhere-'));
  configure('development', shop);
  await load((i) => 10 + (i % 40));
  expect(await call(['train', 'shop', '--full'])).toMatchObject({ code: 0 });
  await load((i) => (10 + (i % 40)) * (i < 200 ? 1000 : 1));
  expect(await call(['train', 'shop'])).toMatchObject({ code: 3 });
});
afterAll(async () => {
  cli.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

async function reasons(): Promise<string> {
  const { stdout } = await call(['model', 'show', 'shop/m2', '--json']);
  const { status, data } = JSON.parse(stdout) as { status: string; data: { hash: string } };
  expect(status).toBe('held');
  return data.hash;
}

test.each([
  ['that is configured', shop],
  ['that is written nowhere any more', {}],
])('on production a model of a training %s is approved with the name of its table alone', async (_, trainings) => {
  configure('production', trainings);
  const approve = ['model', 'approve', 'shop/m2', '--reasons', await reasons(), '--json'];
  for (const more of [[], ['--yes'], ['-c', 'embedded:store.db'], ['--confirm', 'd.other']]) {
    const { code, stdout } = await call([...approve, ...more]);
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'confirm.needed' } }]);
  }
});

test('other reasons than those that are kept are refused', async () => {
  configure('development', shop);
  const { code, stderr } = await call(['model', 'approve', 'shop/m2', '--reasons', 'f'.repeat(64)]);
  expect(code).toBe(1);
  expect(stderr).toContain('the reasons are not those that you saw. Look at them, and approve again.');
});

test('a store is named where there is no deltatrain.json', async () => {
  configure('development', {});
  const hash = await reasons();
  const store = `embedded:${path.join(cli.folder, 'store.db')}`;
  const { code, stdout } = await call(['model', 'approve', 'shop/m2', '--reasons', hash, '-c', store], elsewhere);
  expect([code, stdout]).toEqual([0, expect.stringContaining('shop/m2 is a candidate again.')]);
});
