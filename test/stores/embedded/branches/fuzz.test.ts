import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import { Ground } from './ground.ts';
import { History } from './history.ts';

/** `DELTATRAIN_BRANCH_HISTORIES=10000` for a long run (npm run bench branches). */
const histories = Number(process.env['DELTATRAIN_BRANCH_HISTORIES'] ?? 12);
const seed = process.env['DELTATRAIN_BRANCH_SEED'] ?? '1';
const perStore = 100;

test(`DIFF, MERGE and PICK come to what whole copies come to (${histories} histories, seed ${seed})`, async () => {
  const wrong: string[] = [];
  for (let first = 0; first < histories; first += perStore) {
    const ground = new Ground();
    await ground.run('CREATE DATABASE d');
    for (let i = first; i < Math.min(first + perStore, histories); i++) {
      const history = new History(ground, seededRandom(`branches ${seed} ${i}`), `h${i}`);
      try {
        await history.play(30);
      } catch (error) {
        wrong.push(`history ${i}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (wrong.length === 0) {
      for (const { name } of await ground.store.snapshots()) await ground.store.dropSnapshot(name);
      expect(await ground.store.branches()).toEqual([]);
      expect(await ground.store.keptDisk(null)).toMatchObject({ bytes: 0 });
    }
    await ground.remove();
  }
  expect(wrong.slice(0, 3)).toEqual([]);
}, 3_600_000);
