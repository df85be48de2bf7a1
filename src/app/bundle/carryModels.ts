/** What the registry keeps of a lineage, carried into another store's, where its snapshots have other identities. */
import { Failure } from '../../base/failure.ts';
import { type Model, modelText } from '../../data/model.ts';
import { storedTraining } from '../../data/stored/storedPlan.ts';
import type { Store, Write } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import type { SnapshotIdentity } from '../../data/version.ts';
import { approvalRow, putApproval } from '../registry/judged/approvals.ts';
import { exclusionRow, putExclusion } from '../registry/judged/exclusions.ts';
import {
  factsOfRow,
  factsRow,
  judgementOfRow,
  judgementRow,
  putJudgement,
  selectFacts,
  selectJudgement,
} from '../registry/judged/judgements.ts';
import { putSettled, settledRow } from '../registry/judged/settled.ts';
import { identityOf, snapshotOf } from '../registry/lineage.ts';
import { queryRows } from '../registry/queryRows.ts';
import type { KeptRow } from '../registry/record/keptRows.ts';
import type { Happening } from '../registry/record/record.ts';
import type { Registry } from '../registry/registry.ts';
import { insertModelRow, putEvaluations } from '../registry/registryRows.ts';

interface Written {
  readonly writes: readonly Write[];
  readonly rows: readonly KeptRow[];
}

type Identify = (of: SnapshotIdentity) => SnapshotIdentity;

/** A registry of an older version has no such table. */
async function oneRow(store: Store, sql: string, values: readonly Value[]): Promise<Value[] | undefined> {
  try {
    return (await queryRows(store, sql, values))[0];
  } catch (error) {
    if (Failure.is(error, 'table.unknown')) return undefined;
    throw error;
  }
}

async function judgementOf(store: Store, { trainingId: id, number }: Model): Promise<Written> {
  const said = await oneRow(store, selectJudgement, [id, number]);
  if (!said) return { writes: [], rows: [] };
  const facts = factsOfRow((await oneRow(store, selectFacts, [id, number])) ?? []);
  const judgement = judgementOfRow(said);
  const row = judgementRow(id, number, JSON.stringify(judgement));
  return {
    writes: putJudgement(id, number, judgement, facts),
    rows: [...(row ? [row] : []), ...(facts ? [factsRow(id, number, facts)] : [])],
  };
}

/** The model's own rows, and the event that it was there when the record began. */
async function modelRows(
  from: Registry,
  model: Model,
  identify: Identify,
): Promise<{ readonly writes: readonly Write[]; readonly event: Happening }> {
  const { trainingId, number } = model;
  const carried = { ...model, base: model.base && identify(model.base), snapshot: identify(model.snapshot) };
  const said = await judgementOf(from.store, model);
  const settled = (await from.judged.settled(trainingId)).filter((one) => one.number === number);
  const promoted: Write[] =
    model.status === 'promoted'
      ? [
          {
            sql: 'INSERT INTO deltatrain.promoted (training, training_name, number) VALUES (?, ?, ?)',
            values: [trainingId, model.training, number],
            expect: 1,
          },
        ]
      : [];
  const { status, artifactSha256: artifact, weightsSha256: weights } = model;
  return {
    writes: [
      ...insertModelRow(carried, await from.artifact(model)),
      ...promoted,
      ...said.writes,
      ...settled.map(putSettled),
    ],
    event: {
      what: 'model.found',
      subject: modelText(model),
      details: { status, artifact, weights, madeBy: model.madeBy, madeAt: model.madeAt },
      why: '',
      rows: [...said.rows, ...settled.map(settledRow)],
    },
  };
}

async function decisions(from: Registry, training: Training, identify: Identify): Promise<Written> {
  const exclusions = (await from.judged.exclusions(training)).map((one) => ({
    ...one,
    snapshot: identify(one.snapshot),
  }));
  const approvals = await from.judged.approvals(training);
  return {
    writes: [...exclusions.map(putExclusion), ...approvals.map(putApproval)],
    rows: [...exclusions.map(exclusionRow), ...approvals.map(approvalRow)],
  };
}

/**
 * Into a registry that has nothing of it yet, whose store has the snapshots by their names. Its record begins with these models, and what
 * was said of their data and decided on it.
 */
export async function carryModels(
  from: Registry,
  to: Registry,
  training: Training,
  models: readonly Model[],
): Promise<void> {
  await to.prepare();
  const known = new Map<string, SnapshotIdentity>();
  for (const name of new Set(models.flatMap(({ base, snapshot }) => [snapshot.name, ...(base ? [base.name] : [])]))) {
    const there = await to.store.findSnapshot(name, training.table);
    if (there) known.set(name, identityOf(await snapshotOf(to.store, training.table, name), training.table));
  }
  const identify: Identify = (of) => known.get(of.name) ?? of;
  const events: Happening[] = [];
  const writes: Write[] = [
    {
      sql: 'INSERT INTO deltatrain.trainings (id, name, spec) VALUES (?, ?, ?)',
      values: [training.id, training.name, JSON.stringify(storedTraining(training))],
    },
  ];
  for (const model of models) {
    const one = await modelRows(from, model, identify);
    writes.push(...one.writes);
    events.push(one.event);
  }
  const decided = await decisions(from, training, identify);
  const numbers = new Set(models.map(({ number }) => number));
  const evaluations = (await from.evaluations(training.id))
    .filter(({ number, snapshot }) => numbers.has(number) && known.has(snapshot.name))
    .map((one) => ({ ...one, snapshot: identify(one.snapshot) }));
  const [first, ...others] = events;
  if (!first) return;
  await to.record.write(
    [{ ...first, rows: [...(first.rows ?? []), ...decided.rows] }, ...others],
    [...writes, ...decided.writes, ...putEvaluations(evaluations)],
  );
}
