// What a run in the editor goes by beside its training: the file of a trusted workspace as it is now, and the program that it tells.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { HeldEvent } from '../../../src/app/checks/heldEvent.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { ConfiguredTraining, OpenTraining, Trainings } from '../../../src/extension/connections/trainings.ts';
import { rulesOf } from '../../../src/extension/runs/runRules.ts';

const open = {
  training: { name: 'shop', table: { database: 'd', table: 't' } },
  session: { connection: { id: 'local' } },
} as unknown as OpenTraining;
const event = { version: 1, event: 'held', training: 'shop' } as HeldEvent;

/** What is found of the training, and what was said and logged. */
function windowOf(find: Trainings['find']) {
  const said: string[] = [];
  const logged: string[] = [];
  const tell = {
    say: (_: unknown, text: string) => void said.push(text),
    log: (_: unknown, text: string) => void logged.push(text),
  };
  return { rules: () => rulesOf(open, { trainings: { find }, tell }), said, logged };
}

const configured = (folder: string, table: string, held?: readonly string[]): ConfiguredTraining =>
  ({
    home: { uri: { fsPath: folder }, config: { trainings: {} } },
    written: { table, ...(held && { on: { held } }) },
  }) as unknown as ConfiguredTraining;

test('the program is run with what happened; where it fails that is said, and nothing else', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const out = path.join(folder, 'told');
  writeFileSync(
    path.join(folder, 'tell.mjs'),
    `import fs from 'node:fs'; fs.copyFileSync(process.argv[3], ${JSON.stringify(out)}); console.log('told');`,
  );
  const good = windowOf(() => Promise.resolve(configured(folder, 'd.t', ['node', 'tell.mjs'])));
  const { held } = await good.rules();
  await held?.(event, new AbortController().signal);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(event);
  expect([good.said, good.logged]).toEqual([[], ['node: told']]);
  const bad = windowOf(() => Promise.resolve(configured(folder, 'd.t', ['./gone'])));
  await (await bad.rules()).held?.(event, new AbortController().signal);
  expect(bad.said).toEqual([expect.stringContaining('is no file below the folder of deltatrain.json')]);
});

test('a training that is not written any more, or is of another table, goes by nothing of the file', async () => {
  const gone = windowOf(() => Promise.reject(new Failure('training.unknown', { training: 'shop' })));
  expect(await gone.rules()).toEqual({ config: null });
  const other = windowOf(() => Promise.resolve(configured('/', 'd.other', ['node', 'tell.mjs'])));
  expect(await other.rules()).toEqual({ config: null });
  const broken = windowOf(() => Promise.reject(new Failure('cancelled')));
  await expect(broken.rules()).rejects.toMatchObject({ code: 'cancelled' });
});
