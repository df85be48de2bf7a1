/**
 * The loop of the judgement on a table of customers: imported, pinned, trained on; a bad import is held, taken back and undone, left
 * out, taken back as a whole; an honest one is approved; and what was kept of all that.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { suspectsOf } from '../../../../src/app/models/suspects.ts';
import { verifyRecord } from '../../../../src/app/registry/record/verifyRecord.ts';
import { exclude, lift, withoutOf } from '../../../../src/app/training/exclusions/exclude.ts';
import { readAdvice } from '../../../../src/app/training/readAdvice.ts';
import type { TrainRequest } from '../../../../src/app/training/runStart.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { Workbench } from '../../../../src/app/training/workbench.ts';
import { groupCondition } from '../../../../src/app/versions/partial/groupCondition.ts';
import { restoreRows } from '../../../../src/app/versions/partial/restoreRows.ts';
import { undoable, undoRows } from '../../../../src/app/versions/partial/undoRows.ts';
import { partialRestore, rememberRestore, wholeRestore } from '../../../../src/app/versions/rememberRestore.ts';
import { restoreTable } from '../../../../src/app/versions/restoreTable.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import type { Model } from '../../../../src/data/model.ts';
import type { RunOutcome } from '../../../../src/data/run.ts';
import type { LocalStore } from '../../../../src/data/store.ts';
import { importFile } from '../../../../src/files/importFile.ts';
import { forever } from './account.ts';

const config = readConfig(
  `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "churn": { "connection": "local", "table": "shop.churn", "label": "churned", "learner": "linear" } }
}`,
  'deltatrain.json',
);

const table = { database: 'shop', table: 'churn' };
const place = { table, environment: 'development' } as const;

interface Customers {
  readonly from: number;
  readonly to: number;
  /** The calls of a customer of West, as the file has them. */
  readonly inWest?: (calls: number) => number;
  /** Who leaves after so many calls. */
  readonly leavesAt?: number;
}

/** A file of customers, one in twenty-five of them in West; who calls often leaves, but for one in ten. */
function customers({ from, to, inWest = (calls) => calls, leavesAt = 5 }: Customers): string {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const leaves = calls >= leavesAt !== random.fraction() < 0.1;
    const isWest = id % 25 === 0;
    const region = isWest ? 'West' : ['East', 'North', 'South'][id % 3];
    return `${id},${region},${isWest ? inWest(calls) : calls},${leaves ? 'yes' : 'no'}`;
  });
  return `id,region,calls,churned\n${rows.join('\n')}\n`;
}

/** What is told at each step, and what is left of it. */
export interface JudgedAccount {
  readonly told: readonly unknown[];
  readonly events: readonly unknown[];
  readonly models: readonly Model[];
}

const yes = (): Promise<boolean> => Promise.resolve(true);

/** A restore that somebody said yes to. */
function there<T>(done: T | null): T {
  if (done === null) throw new Error('Nothing was done.');
  return done;
}

const runSaid = ({ sentence, notes, reason, model }: RunOutcome) => ({
  said: [sentence, ...notes],
  reason,
  model: model && [model.number, model.status, model.parent, model.weightsSha256, model.judgement?.data],
});

export async function judgedLoop(store: LocalStore, workbench: Workbench): Promise<JudgedAccount> {
  const { registry } = workbench;
  const told: unknown[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-judged-'));

  const imported = async (what: Customers): Promise<void> => {
    const file = join(folder, 'churn.csv');
    writeFileSync(file, customers(what));
    const request = { file, table, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null } as const;
    const { rows, inserted, updated, deleted, notes } = await importFile(store, request);
    told.push({ rows, inserted, updated, deleted, notes });
  };
  const isWrong = { from: 0, to: 1_500, inWest: (calls: number) => 9 - calls };

  try {
    await store.write([{ sql: 'CREATE DATABASE shop', values: [] }]);
    await imported({ from: 0, to: 1_500 });
    await store.createSnapshot('churn_v1', { level: 'table', table });
    const training = await resolveTraining(config, 'churn', store);
    const train = async (mode: 'full' | 'delta', snapshot?: TrainRequest['snapshot']): Promise<Model | null> => {
      const outcome = await runTraining(
        { training, mode, ...(snapshot && { snapshot }) },
        workbench,
        forever,
        () => {},
      );
      told.push(runSaid(outcome));
      return outcome.model;
    };
    const statuses = async (): Promise<void> => {
      told.push((await registry.heads(training)).map(({ number, status }) => `m${number} ${status}`));
    };
    const remembered = async (restore: Parameters<typeof rememberRestore>[2]): Promise<void> => {
      const { archived, returned, kept, failed } = await rememberRestore(registry, store, restore);
      told.push({ archived, returned, kept, failed });
      await statuses();
    };
    const whole = async (to: string): Promise<string> => {
      const done = there(await restoreTable({ store, ...place, to }, yes, forever));
      told.push([done.rowsChanged, done.verified, done.undo, done.lostGrants]);
      await remembered(wholeRestore({ level: 'table', table }, done));
      return done.safetySnapshot;
    };
    const advised = async (): Promise<void> => {
      const { facts } = await readAdvice(training, { store, registry });
      told.push(facts?.counts);
    };

    // A bad import is held, and its group is named.
    await train('full', { name: 'churn_v1', own: false });
    await imported(isWrong);
    await advised();
    const held = there(await train('delta'));
    const { suspects } = await suspectsOf(held, workbench, forever);
    const { groups } = suspects;
    told.push(groups);
    const [group] = groups;
    if (!group) throw new Error('No group was found.');

    // Only these rows back, and undone by their keys.
    const info = await store.table(table);
    const wanted = { to: 'churn_v1', ...groupCondition(group, 'churned', info) };
    const back = there(await restoreRows({ store, ...place }, wanted, yes, forever));
    told.push([wanted, back.rowsChanged, back.verified]);
    await remembered(partialRestore(table, back, { where: wanted.where }));
    await train('delta');
    const kept = undoable(table, await registry.judged.restores(table), back.safetySnapshot);
    const undone = there(await undoRows({ store, ...place }, kept, yes, forever));
    told.push([undone.rowsChanged, undone.verified, undone.left]);
    await remembered(partialRestore(table, undone, {}, kept));

    // The table back as a whole, and that undone.
    const safety = await whole('churn_v1');
    await train('delta');
    await whole(safety);

    // Trained without them; new rows come, and an update that is as the training without them.
    const without = await exclude({ training, without: withoutOf('1'), snapshot: null, note: 'a bad file' }, workbench);
    told.push([without.id, without.rows.length, without.reason]);
    await statuses();
    await train('delta');
    await imported({ from: 1_500, to: 1_600 });
    await train('delta');
    const again = await reproduceModel('churn/m3', { fromRoot: true }, workbench, forever, () => {});
    told.push(again.identical);
    const { id, rows } = await lift(registry, training, 'x1');
    told.push([id, rows.length]);

    // West called otherwise all along: held again, and approved.
    const late = there(await train('delta'));
    const hash = late.judgement?.data.hash ?? '';
    const { model, archived, approvals } = await registry.approve(late, hash, 'West counts otherwise');
    told.push([model.status, archived, approvals.map((one) => [one.id, one.rounds])]);
    await imported({ from: 1_600, to: 1_650 });
    await train('delta');

    const verified = await verifyRecord(registry);
    told.push([verified.ok, verified.models]);
    const events = (await registry.record.events()).map(({ what, subject, who, why }) => ({ what, subject, who, why }));
    return { told, events, models: await registry.models() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
