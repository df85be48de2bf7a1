/** The page of a training follows deltatrain.json: what is shown is what runs. */
import { expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { FollowedTraining } from '../../../src/extension/panels/followedTraining.ts';

type Parts = ConstructorParameters<typeof FollowedTraining>;

/** What the file says: a seed and a lineage, or why it says nothing that can be run. */
interface File {
  seed: number;
  id: string;
  problem: Failure | null;
  failure: Failure | null;
}

const opened = ({ seed, id }: Pick<File, 'seed' | 'id'>): Parts[1] =>
  ({
    training: { name: 't', id, seed },
    session: { connection: { id: 'local' } },
    registry: { connection: { id: 'local' } },
  }) as Parts[1];

function pageOf(file: File): FollowedTraining {
  const trainings = {
    find: () => (file.failure ? Promise.reject(file.failure) : Promise.resolve({ home: { problem: file.problem } })),
    open: () => Promise.resolve(opened(file)),
  } as unknown as Parts[0];
  return new FollowedTraining(trainings, opened(file));
}

const fileOf = (): File => ({ seed: 1, id: 'lineage', problem: null, failure: null });
const seedOf = (page: FollowedTraining): number => page.open.training.seed;
const quiet = (): Promise<void> => Promise.resolve();

test('a saved seed is shown, and then run', async () => {
  const file = fileOf();
  const page = pageOf(file);
  expect(await page.look(false)).toBe(false);
  file.seed = 7;
  expect(await page.look(false)).toBe(true);
  expect(seedOf(page)).toBe(7);
  expect((await page.toRun(quiet)).training.seed).toBe(7);
});

test('a run of what the file says by now and the page does not show yet is refused, and the page shows it', async () => {
  const file = fileOf();
  const page = pageOf(file);
  await page.look(false);
  file.seed = 7;
  const shown: number[] = [];
  const run = page.toRun(() => Promise.resolve(void shown.push(seedOf(page))));
  await expect(run).rejects.toSatisfy((error) => Failure.is(error, 'config.changed'));
  expect(shown).toEqual([7]);
  expect((await page.toRun(quiet)).training.seed).toBe(7);
});

test('while the file cannot be read, what it said before is shown and run, with the reason', async () => {
  const file = fileOf();
  const page = pageOf(file);
  await page.look(false);
  file.problem = new Failure('config.unreadable', { file: 'deltatrain.json', problems: 'line 2, column 3: A comma.' });
  expect(await page.look(false)).toBe(true);
  expect(page.notice).toContain('what it said before holds. deltatrain.json: line 2, column 3: A comma.');
  expect((await page.toRun(quiet)).training.seed).toBe(1);
  file.problem = null;
  expect(await page.look(false)).toBe(true);
  expect(page.notice).toBeNull();
});

test('a run under way keeps what it began with, and so does its page until it ends', async () => {
  const file = fileOf();
  const page = pageOf(file);
  await page.look(false);
  file.seed = 7;
  expect(await page.look(true)).toBe(true);
  expect(seedOf(page)).toBe(1);
  expect(page.notice).toMatch(/The run under way goes on with what it began with/);
  expect(await page.look(false)).toBe(true);
  expect([seedOf(page), page.notice]).toEqual([7, null]);
});

test('a training that the file names no more is shown and not run', async () => {
  const file = fileOf();
  const page = pageOf(file);
  await page.look(false);
  file.failure = new Failure('training.unknown', { training: 't' });
  expect(await page.look(false)).toBe(true);
  expect(page.notice).toMatch(/^What is shown cannot be run/);
  await expect(page.toRun(quiet)).rejects.toBe(file.failure);
});

test('the page of an older lineage stays what it is', async () => {
  const file = { ...fileOf(), id: 'new lineage' };
  const trainings = {
    find: () => Promise.resolve({ home: { problem: null } }),
    open: () => Promise.resolve(opened(file)),
  } as unknown as Parts[0];
  const page = new FollowedTraining(trainings, opened({ seed: 1, id: 'old lineage' }));
  expect(await page.look(false)).toBe(false);
  expect((await page.toRun(quiet)).training.id).toBe('old lineage');
});

test('a training opened anew by a command is shown at once', () => {
  const page = pageOf(fileOf());
  expect(page.take(opened({ seed: 1, id: 'lineage' }))).toBe(false);
  expect(page.take(opened({ seed: 9, id: 'lineage' }))).toBe(true);
  expect(seedOf(page)).toBe(9);
});
