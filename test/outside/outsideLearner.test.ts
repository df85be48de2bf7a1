// A program of another as a learner: what it is handed, what is taken back, and what is refused of it by name.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { TrainEvent, TrainResult } from '../../src/data/trainer.ts';
import type { LearnerOptions, Task } from '../../src/data/training.ts';
import { openModel } from '../../src/train/stored.ts';
import { outsideLearner, type OutsideModel } from '../../src/outside/outsideLearner.ts';
import { outsideName } from '../../src/outside/options.ts';
import { type Case, caseOf, type Table } from '../train/support/cases.ts';
import { brief } from '../train/support/runCase.ts';
import { changedTable, shop, shopRows } from '../train/support/shop.ts';
import { type Bench, openBench } from './support.ts';

const forever = new AbortController().signal;
const first = shop(0, 400);
const second = changedTable(first, [
  ...shopRows(400, 460),
  ...shopRows(0, 20, 'corrected'),
  ...Array.from({ length: 15 }, (_, i): [number, null] => [100 + i, null]),
]);

// Jobs of this file alone: whoever else trains on this machine leaves theirs elsewhere.
const temporary = mkdtempSync(path.join(tmpdir(), 'deltatrain-outside-jobs-'));
vi.stubEnv('TMPDIR', temporary);
vi.stubEnv('TEMP', temporary);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});
const jobFolders = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('deltatrain-job-'));

interface Asked {
  readonly options?: LearnerOptions;
  readonly parent?: Uint8Array | null;
  readonly before?: Table;
  readonly now?: Table;
  readonly task?: Task;
  readonly signal?: AbortSignal;
  readonly on?: (event: TrainEvent) => void;
}

async function run(bench: Bench, asked: Asked = {}): Promise<TrainResult & { one: Case }> {
  const { options = bench.options(), parent = null, before, now = first, task = 'classification' } = asked;
  const one = caseOf(now, { learner: outsideName, options, task, ...(before && { before }) });
  const job = { plan: one.plan, parent, baseline: null, judge: brief };
  return { ...(await bench.trainer.run(job, one.rows, asked.signal ?? forever, asked.on ?? (() => {}))), one };
}

/** What the fake trainer left in its model. */
function toldIn(bench: Bench, artifact: Uint8Array): Record<string, unknown> {
  const learner = outsideLearner({ folder: bench.folder, isAllowed: () => false, log: () => {} });
  const { model } = openModel({ [outsideName]: learner }, artifact, 'it');
  const { folder } = model as OutsideModel;
  return JSON.parse(new TextDecoder().decode(folder.subarray(folder.indexOf(10) + 1))) as Record<string, unknown>;
}

test('learns everything, then goes on from its parent with the changed rows before and after', async () => {
  process.env['DELTATRAIN_PASSWORD'] = 'secret';
  process.env['OWN_SETTING'] = 'given';
  const bench = openBench();
  const options = bench.options({ tells: true }, { env: ['OWN_SETTING', 'DELTATRAIN_PASSWORD'] });
  const events: TrainEvent[] = [];
  const parent = await run(bench, { options, on: (event) => events.push(event) });
  expect(parent.classes).toEqual(['large', 'middle', 'small']);
  expect(events).toContainEqual({ kind: 'working', fraction: 0.475, message: 'half way' });
  expect(bench.said).toContain('reading');
  const full = toldIn(bench, parent.artifact);
  const { train, validation } = parent.one.sets;
  expect(full).toMatchObject({ mode: 'full', given: { train: train.length, validation: validation.length } });
  expect(full['columns']).toEqual(['size', 'weight', 'place', 'day', 'open', 'label']);
  expect(full['environment']).toContain('OWN_SETTING');
  expect((full['environment'] as string[]).filter((name) => name.startsWith('DELTATRAIN'))).toEqual([]);
  expect(full['cwd']).not.toBe(bench.folder);
  const one = caseOf(second, { learner: outsideName, options, before: first });
  const child = await run(bench, { options, parent: parent.artifact, before: first, now: second });
  expect(toldIn(bench, child.artifact)).toMatchObject({
    mode: 'delta',
    given: { changed: one.sets.delta.length, validation: one.sets.validation.length },
  });
  const given = toldIn(bench, child.artifact)['given'] as Record<string, number>;
  expect((given['before'] ?? 0) + (given['removed'] ?? 0)).toBe(one.sets.before.length + one.sets.removed.length);
  expect(given['removed']).toBeGreaterThan(0);
  expect(child.judgement?.data.verdict).toBeDefined();
  expect(child.guard.verdict).toBeDefined();
  expect(jobFolders()).toEqual([]);
});

test('the same job gives the same bytes, a regression values, and its own probabilities stay what they are', async () => {
  const bench = openBench();
  const [one, again] = [await run(bench), await run(bench)];
  expect(again.artifactSha256).toBe(one.artifactSha256);
  const random = { options: bench.options({ how: 'random' }) };
  expect((await run(bench, random)).weightsSha256).not.toBe((await run(bench, random)).weightsSha256);
  const page = one.one.pages('test');
  const answers = bench.trainer.predict(
    { artifact: one.artifact, name: 'it' },
    async function* () {
      yield* page;
    },
    forever,
  );
  const { value } = await answers.next();
  const { counts } = toldIn(bench, one.artifact) as { counts: Record<string, number> };
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shares = one.classes.map((name) => (counts[name] ?? 0) / all);
  if (!value || !('probabilities' in value)) throw new Error('no answers');
  shares.forEach((share, k) => expect(value.probabilities?.[k]).toBeCloseTo(share, 6));
  const numbers: Table = {
    columns: [...first.columns.slice(0, -1), { name: 'price', type: 'DOUBLE' }],
    rows: new Map([...first.rows].map(([key, row]) => [key, [...row.slice(0, -1), 7]])),
  };
  expect((await run(bench, { now: numbers, task: 'regression' })).metrics).toMatchObject({
    task: 'regression',
    rmse: 0,
  });
});

test('one that cannot go on from a parent is handed everything', async () => {
  const bench = openBench();
  const options = bench.options({ how: 'always full', tells: true });
  const parent = await run(bench, { options });
  const child = await run(bench, { options, parent: parent.artifact, before: first, now: second });
  expect(toldIn(bench, child.artifact)).toMatchObject({ mode: 'full', given: { train: child.one.sets.train.length } });
});

test('every job is as the published schema describes it', async () => {
  const bench = openBench();
  const jobs = path.join(bench.folder, 'jobs');
  const options = bench.options({ jobs });
  const parent = await run(bench, { options });
  await run(bench, { options, parent: parent.artifact, before: first, now: second });
  const schema = JSON.parse(readFileSync(new URL('../../docs/trainer.schema.json', import.meta.url), 'utf8')) as object;
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  ajv.addSchema(schema);
  const verbs = new Set<string>();
  for (const line of readFileSync(jobs, 'utf8').trimEnd().split('\n')) {
    const job = JSON.parse(line) as { verb: string };
    verbs.add(job.verb);
    ajv.validate({ $ref: `deltatrain-trainer#/$defs/${job.verb}` }, job);
    expect(ajv.errorsText()).toBe('No errors');
  }
  expect([...verbs].sort()).toEqual(['describe', 'predict', 'train']);
});

describe('nothing is taken of a program that', () => {
  test.each([
    ['garbage', 'failed at "describe": its description is no JSON'],
    ['newer', 'failed at "describe": "protocol" of its description is no version that is known here: 1'],
    ['silent', 'failed at "describe": it left no description'],
    ['dies', 'failed at "train": it was ended by SIGKILL'],
    ['fails', 'Traceback: the label was not there'],
    ['talks', 'it wrote more than 16 MB to its output'],
    ['fills', 'it wrote more than 8 MB to its folder'],
    ['grows', 'it used more than 400 MB of memory'],
    ['leaves nothing', 'it left no file in the folder of the model'],
    ['large', 'its model has 3.0 MB, and at most 2 are kept'],
    ['links', '"link" is neither a file nor a folder'],
    ['too few', 'answers, and'],
    ['too many', 'it gave more answers than the'],
    ['NaN', 'is missing or NaN, and no number'],
    ['not one', 'add up to'],
    ['missing column', 'its answers have no column "small"'],
    ['other class', 'its answers have columns that are no class: "nobody"'],
    ['texts', 'is high, and no number'],
    ['no parquet', 'its answers cannot be read'],
    ['no answers', 'it left no answers'],
  ])('%s', async (how, said) => {
    const bench = openBench();
    const options = bench.options({ how }, { megabytes: 2, memory: 400 });
    await expect(run(bench, { options })).rejects.toThrow(said);
    expect(jobFolders()).toEqual([]);
  });

  test('leaves a folder of 5 GB, which is not read', async () => {
    const bench = openBench();
    const options = bench.options({ how: 'huge' }, { megabytes: 2, memory: 400 });
    // Whoever looks first.
    const said = /its model has 5000\.0 MB, and at most 2 are kept|it wrote more than 8 MB to its folder/;
    await expect(run(bench, { options })).rejects.toThrow(said);
    expect(jobFolders()).toEqual([]);
  });
});

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A process that ended and was not waited for yet has no memory any more.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe.runIf(process.platform === 'linux')('a program that hangs ends with its children', () => {
  test('when it is cancelled', async () => {
    const bench = openBench();
    const pids = path.join(bench.folder, 'pids');
    const controller = new AbortController();
    const running = run(bench, { options: bench.options({ how: 'hang', pids }), signal: controller.signal });
    running.catch(() => undefined);
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').endsWith(']'));
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const all = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    await until(() => all.every(isGone));
    expect(jobFolders()).toEqual([]);
  });
  test('when it takes too long', async () => {
    const bench = openBench();
    const pids = path.join(bench.folder, 'pids');
    const options = bench.options({ how: 'hang', pids }, { minutes: 0.05 });
    await expect(run(bench, { options })).rejects.toThrow('it took more than 0.05 minutes');
    const all = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    await until(() => all.every(isGone));
  });
});

test('a program runs only as it was when it was allowed', async () => {
  const refusing = openBench(() => false);
  await expect(run(refusing)).rejects.toMatchObject({ code: 'trainer.notAllowed' });
  const bench = openBench();
  const parent = await run(bench);
  let digest = '';
  const once = openBench((found) => {
    digest ||= found;
    return found === digest;
  });
  await run(once);
  writeFileSync(path.join(once.folder, 'train.mjs'), `${readFileSync(path.join(once.folder, 'train.mjs'), 'utf8')}\n`);
  await expect(run(once)).rejects.toThrow('was not allowed to run on this machine');
  const asked = refusing.trainer.evaluate(
    { plan: parent.one.plan, artifacts: [parent.artifact] },
    parent.one.rows,
    forever,
  );
  await expect(asked).rejects.toMatchObject({ code: 'trainer.notAllowed' });
});

test.each([
  [['nowhere-to-be-found'], 'there is no program "nowhere-to-be-found" on PATH'],
  [['../evil'], '"../evil" is no file below the folder of deltatrain.json'],
  [['/bin/sh'], '"/bin/sh" is no file below the folder of deltatrain.json'],
  [[''], 'it is empty'],
])('%j is not started', async (command, said) => {
  const bench = openBench(() => true);
  await expect(run(bench, { options: { ...bench.options(), command } })).rejects.toThrow(said);
});

test('what a shell would do with an argument is not done', async () => {
  const bench = openBench(() => true);
  const command = ['node', 'train.mjs', '; touch gone', '$(touch gone)', '`touch gone`'];
  await run(bench, { options: { ...bench.options(), command } });
  expect(readdirSync(bench.folder)).toEqual(['train.mjs']);
});
