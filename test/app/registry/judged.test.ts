// What the registry keeps of judgements and of what people decided: each row comes back as it was written, and two who decide at once do not both win.
import { expect, test } from 'vitest';
import {
  approvalRow,
  type KeptApproval,
  putApproval,
  revokeApproval,
} from '../../../src/app/registry/judged/approvals.ts';
import {
  type Exclusion,
  exclusionRow,
  liftExclusion,
  putExclusion,
} from '../../../src/app/registry/judged/exclusions.ts';
import { factsRow, putJudgement } from '../../../src/app/registry/judged/judgements.ts';
import { type KeptRestore, putRestore, restoreRow, undoRestore } from '../../../src/app/registry/judged/restores.ts';
import { forgetSettled, putSettled, type Settled } from '../../../src/app/registry/judged/settled.ts';
import type { KeptRow } from '../../../src/app/registry/record/keptRows.ts';
import type { RunJudgement } from '../../../src/data/judgement.ts';
import { newestVersion } from '../../../src/app/registry/migrations.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import type { Write } from '../../../src/data/store.ts';
import { openStore } from '../support/bench.ts';

const at = '2026-01-02T03:04:05.000Z';
const lineage = { id: 'a1', name: 'churn' };
const model = { trainingId: 'a1', number: 7 };

const judgement: RunJudgement = {
  data: {
    verdict: 'suspect',
    reasons: [
      {
        kind: 'features',
        column: 'support_calls',
        label: null,
        where: { column: 'region', value: "W'est" },
        rows: 4165,
        of: 4165,
        asked: 4165,
        before: 0.887,
        after: 0.257,
        p: 1e-300,
        direction: 'down',
        size: 0.63,
        strength: 300,
      },
    ],
    notes: [{ kind: 'drift', column: 'age', rows: 3, of: 9, value: 0.5, upper: null, text: null }],
    kinds: { unchanged: 9, labels: 0, features: 4165, inserted: 0, firstLabels: 0, removed: 0 },
    asked: 'everyRow',
    hash: 'f'.repeat(64),
  },
  groups: [
    {
      change: 'features',
      column: 'support_calls',
      label: null,
      where: { column: 'age', from: 1.5, to: 2 },
      rows: 4165,
      share: 0.92,
      before: 0.887,
      after: 0.257,
    },
  ],
};

const approval: KeptApproval = {
  ...{ trainingId: 'a1', training: 'churn', id: 1, number: 7, kind: 'columnMoved', column: 'price' },
  ...{ label: { from: 'a', to: null }, where: null, direction: 'up', size: 0.1, share: 0.5, rounds: 5 },
  ...{ note: 'the "new" prices', who: 'ann@laptop', at, revoked: null },
};

const exclusion: Exclusion = {
  ...{ trainingId: 'a1', training: 'churn', id: 'x1', number: 7, reason: 'one bad file', who: 'ann@laptop', at },
  snapshot: { name: 'churn_v7', createdAt: '1767225600000000000', tableId: '5' },
  group: judgement.groups[0] ?? null,
  lifted: null,
  rows: [
    { hash: '00112233445566778899aabbccddeeff', content: '0'.repeat(32) },
    { hash: '00112233445566778899aabbccddeeff', content: 'a'.repeat(32) },
    { hash: 'ff000000000000000000000000000001', content: 'f'.repeat(32) },
  ],
};

const restore: KeptRestore = {
  ...{ id: 'r1', table: { database: 'shop', table: 'customers' }, kind: 'partial', rows: 2, who: 'ann@laptop', at },
  to: { name: 'churn_v6', createdAt: '1767225600000000000' },
  safety: { name: 'before_1', createdAt: '1767225600000000001' },
  details: { where: "region = 'West'", columns: null },
  keys: Uint8Array.of(1, 0, 255),
  undone: null,
};

async function opened(): Promise<Registry> {
  const registry = new Registry(openStore());
  await registry.prepare();
  return registry;
}

/** As whoever decides does: the rows with what the record says of them. */
const keep = (registry: Registry, rows: readonly KeptRow[], writes: readonly Write[]): Promise<void> =>
  registry.record.write([{ what: 'model.noted', subject: 'churn/m7', details: {}, why: '', rows }], writes);

test('a judgement comes back as it was said, with the facts beside it; of a number that is given anew only the new one', async () => {
  const registry = await opened();
  expect(await registry.judged.judgement(model)).toBe(null);
  expect(await registry.judged.facts(model)).toBe(null);
  const facts = Uint8Array.of(0, 1, 254);
  await keep(registry, [factsRow('a1', 7, facts)], putJudgement('a1', 7, judgement, facts));
  expect(await registry.judged.judgement(model)).toEqual(judgement);
  expect(await registry.judged.facts(model)).toEqual(Uint8Array.of(0, 1, 254));
  await registry.write(putJudgement('a1', 7, { ...judgement, groups: [] }, null));
  expect((await registry.judged.judgement(model))?.groups).toEqual([]);
  expect(await registry.judged.facts(model)).toBe(null);
});

test('what became of a model is told in order, and who settles it at the same moment as somebody else is refused', async () => {
  const registry = await opened();
  const held: Settled = {
    ...{ ...model, seq: 1, reason: 'suspect', was: 'held', cause: '', note: '', who: 'ann@laptop', at },
  };
  const approved: Settled = { ...held, seq: 2, reason: 'approved', note: 'they are right' };
  await registry.write([putSettled(approved), putSettled(held)]);
  expect(await registry.judged.settled('a1')).toEqual([held, approved]);
  const reverted: Settled = { ...approved, reason: 'reverted', cause: 'r1', who: 'ben@desk' };
  await expect(registry.write([putSettled(reverted)])).rejects.toMatchObject({ code: 'row.conflict' });
  await registry.write([forgetSettled('a1', 7), putSettled(held)]);
  expect(await registry.judged.settled('a1')).toEqual([held]);
});

test('an approval comes back as it was given, is taken back once, and is one of its lineage alone', async () => {
  const registry = await opened();
  await keep(
    registry,
    [approvalRow(approval)],
    [putApproval(approval), putApproval({ ...approval, id: 2, training: 'twin' })],
  );
  expect(await registry.judged.approvals(lineage)).toEqual([approval]);
  await expect(registry.write([putApproval(approval)])).rejects.toMatchObject({ code: 'row.conflict' });
  const revoked = { ...approval, revoked: { at, who: 'ben@desk' } };
  await keep(registry, [approvalRow(revoked)], [revokeApproval(approval, 'ben@desk', at)]);
  expect(await registry.judged.approvals(lineage)).toEqual([revoked]);
  await expect(registry.write([revokeApproval(approval, 'ann@laptop', at)])).rejects.toMatchObject({
    code: 'row.conflict',
  });
});

test('an exclusion comes back with its rows in order, and is lifted once', async () => {
  const registry = await opened();
  await keep(
    registry,
    [exclusionRow(exclusion)],
    [putExclusion({ ...exclusion, rows: [...exclusion.rows].reverse() })],
  );
  expect(await registry.judged.exclusions(lineage)).toEqual([exclusion]);
  const bare: Exclusion = { ...exclusion, id: 'x2', number: null, group: null, rows: [] };
  const lifted: Exclusion = { ...exclusion, lifted: { at, who: 'ben@desk' } };
  const both = [putExclusion(bare), liftExclusion(exclusion, 'ben@desk', at)];
  await keep(registry, [exclusionRow(lifted), exclusionRow(bare)], both);
  expect(await registry.judged.exclusions(lineage)).toEqual([lifted, bare]);
  await expect(registry.write([liftExclusion(exclusion, 'ann@laptop', at)])).rejects.toMatchObject({
    code: 'row.conflict',
  });
});

test('a restore comes back as it was carried out, and is undone once', async () => {
  const registry = await opened();
  const whole: KeptRestore = { ...restore, id: 'r2', kind: 'whole', safety: null, keys: null };
  await keep(registry, [restoreRow(restore), restoreRow(whole)], [putRestore(restore), putRestore(whole)]);
  expect(await registry.judged.restores(restore.table)).toEqual([restore, whole]);
  expect(await registry.judged.restores({ database: 'shop', table: 'other' })).toEqual([]);
  await registry.write([undoRestore(restore, 'ben@desk', at)]);
  expect((await registry.judged.restores(restore.table))[0]?.undone).toEqual({ at, who: 'ben@desk' });
  await expect(registry.write([undoRestore(restore, 'ann@laptop', at)])).rejects.toMatchObject({
    code: 'row.conflict',
  });
});

test('a registry that is not there, or is older, has none of it', async () => {
  const empty = new Registry(openStore());
  const registry = await opened();
  const version = String(newestVersion - 1);
  await registry.write([
    { sql: "UPDATE deltatrain.meta SET content = ? WHERE name = 'schemaVersion'", values: [version] },
  ]);
  for (const table of ['judgements', 'settled', 'approvals', 'exclusions', 'restores'])
    await queryRows(registry.store, `DROP TABLE deltatrain.${table}`);
  for (const { judged } of [empty, new Registry(registry.store)])
    expect([
      await judged.judgement(model),
      await judged.settled('a1'),
      await judged.approvals(lineage),
      await judged.exclusions(lineage),
      await judged.restores(restore.table),
    ]).toEqual([null, [], [], [], []]);
});
