/** The question that a round puts to the judge, and the verdicts of today's rule and of 0.1's. */
import { at } from '../../src/base/assert.ts';
import type { Approval, DataVerdict } from '../../src/data/judgement.ts';
import type { ModelVerdict, PairedTest } from '../../src/data/trainer.ts';
import { sideNumbers } from '../../src/data/trainPage.ts';
import type { BaseFacts } from '../../src/judge/facts/baseFacts.ts';
import { makeFacts } from '../../src/judge/facts/makeFacts.ts';
import { judgeData, removedTestRows } from '../../src/judge/judgeData.ts';
import { judgeModel, type Pairs } from '../../src/judge/judgeModel.ts';
import type { AnsweredRows, DataQuestion } from '../../src/judge/question.ts';
import { changedRows } from '../../src/judge/rows/changedRows.ts';
import type { Judged, JudgedColumn } from '../../src/judge/rows/columns.ts';
import { askedRule } from '../../src/judge/rule.ts';
import { pairedTest } from '../../src/judge/statistics/paired.ts';
import { rawColumn } from '../../src/train/encode/raw.ts';
import {
  changedPlaces,
  deltaPage,
  hashOf,
  inHashOrder,
  key,
  label,
  pageOf,
  probabilities,
  rightAnswers,
  shares,
  sideOf,
  type Trained,
} from './model.ts';
import type { Snapshot } from './stream.ts';
import type { Table } from './tables.ts';

const keyColumn: JudgedColumn = { name: key, kind: 'number', role: 'key', clip: null };

/** How a table is judged; `of`: whose encoder clips. A column of time is a date to the judge. */
function wayOf(table: Table, of: Trained | null): Judged {
  const state = of?.party.coder.state;
  const codes = state && !('form' in state) ? state.features : [];
  const columns = table.columns.map(({ name, texts, day }): JudgedColumn => {
    const code = codes.find((one) => one.name === name);
    const clip = code?.kind === 'number' ? { mean: code.mean, sd: code.sd } : null;
    return { name, kind: texts ? 'category' : day === 1 ? 'date' : 'number', role: 'feature', clip };
  });
  return {
    columns: [keyColumn, ...columns],
    label,
    task: 'classification',
    // Days are kept as numbers here.
    read: (kind, cells, rows, numberOf) => rawColumn(kind === 'date' ? 'number' : kind, cells, rows, numberOf),
  };
}

/** The facts of a version, from all its rows. */
export function factsAt(table: Table, now: Snapshot, of: Trained): BaseFacts {
  const builder = makeFacts(wayOf(table, of));
  const rows = inHashOrder(now);
  for (let from = 0; from < rows.length; from += 8_192)
    builder.add(pageOf(table, now, rows.subarray(from, from + 8_192)));
  return builder.done();
}

/** A round: two versions, the parent, and what is known of the older one. */
export interface Round {
  readonly table: Table;
  readonly old: Snapshot;
  readonly now: Snapshot;
  readonly parent: Trained;
  readonly facts: BaseFacts;
  /** Versions before the older one. */
  readonly earlier: readonly Snapshot[];
}

const rowIs = (a: Snapshot, i: number, b: Snapshot, k: number): boolean =>
  a.y[i] === b.y[k] && a.x.every((column, c) => column[i] === at(b.x, c)[k]);

/** Changed rows that are what an earlier version had under their key. */
function returnedRows({ now, earlier }: Round, is: Int32Array, was: Int32Array): number {
  const known = earlier.map((one) => ({ one, places: new Map(Array.from(one.ids, (id, i) => [id, i])) }));
  return is.filter(
    (i, k) =>
      i >= 0 &&
      at(was, k) >= 0 &&
      known.some(({ one, places: at_ }) => {
        const place = at_.get(at(now.ids, i));
        return place !== undefined && rowIs(now, i, one, place);
      }),
  ).length;
}

/** Everything that the data's verdict of a round goes by. */
async function questionOf(round: Round, approvals: readonly Approval[] = []): Promise<DataQuestion> {
  const { table, old, now, parent } = round;
  const { was, is } = changedPlaces(old, now);
  const page = deltaPage(table, old, now, { was, is });
  const builder = changedRows({ ...wayOf(table, parent), unseen: shares });
  builder.add(page);
  const changes = builder.done();
  const kept = new Map(page.hashes?.map((hash, i) => [hash, i]));
  const rows = changes.hashes.map((hash) => kept.get(hash) ?? 0);
  const changedIds = new Set(Array.from(was, (place) => (place < 0 ? -1 : at(old.ids, place))));
  const unchanged = inHashOrder(old).filter((i) => !changedIds.has(at(old.ids, i)));
  const answered = async (of: Uint32Array): Promise<AnsweredRows> => ({
    probabilities: await probabilities(table, parent, old, of),
    labels: Int32Array.from(of, (i) => parent.party.classes.indexOf(at(table.classes, at(old.y, i)))),
  });
  const isTrain = (i: number): boolean => sideOf(at(old.ids, i)) === sideNumbers.train;
  return {
    changes,
    facts: round.facts,
    parent: {
      classes: parent.party.classes,
      before: await probabilities(
        table,
        parent,
        old,
        rows.map((i) => at(was, i)),
      ),
      after: await probabilities(
        table,
        parent,
        now,
        rows.map((i) => at(is, i)),
      ),
      unseen: await answered(unchanged.filter((i) => !isTrain(i))),
      train: await answered(unchanged.filter(isTrain).subarray(0, askedRule.sample)),
    },
    returned: returnedRows(round, is, was),
    restored: false,
    approvals,
    day: null,
  };
}

export interface Judgement {
  readonly question: DataQuestion;
  readonly data: DataVerdict;
  readonly milliseconds: number;
}

/** The data's verdict of a round. */
export async function judgedRound(round: Round, approvals: readonly Approval[] = []): Promise<Judgement> {
  const question = await questionOf(round, approvals);
  const began = performance.now();
  const data = judgeData(question);
  return { question, data, milliseconds: performance.now() - began };
}

/** Rows of a side that are as they were, as places in the new version. */
function unchangedRows({ old, now }: Round, side: number): Uint32Array {
  const before = new Map(Array.from(old.ids, (id, i) => [id, i]));
  return Uint32Array.from(now.ids.keys()).filter((i) => {
    const was = before.get(at(now.ids, i));
    return was !== undefined && sideOf(at(now.ids, i)) === side && rowIs(now, i, old, was);
  });
}

async function pairs(
  table: Table,
  child: Trained,
  parent: Trained,
  now: Snapshot,
  rows: Uint32Array,
): Promise<Pairs & { kind: 'classes' }> {
  return {
    kind: 'classes',
    child: await rightAnswers(table, child, now, rows),
    parent: await rightAnswers(table, parent, now, rows),
  };
}

/** The model's verdict; `asNow`: the data were approved, so the child is judged on rows as they are. */
export async function judgedChild(
  round: Round,
  child: Trained,
  { question, data }: Judgement,
  asNow = false,
): Promise<ModelVerdict> {
  const { table, old, now, parent } = round;
  const test = Uint32Array.from(now.ids.keys()).filter((i) => sideOf(at(now.ids, i)) === sideNumbers.test);
  const validation = Uint32Array.from(now.ids.keys()).filter((i) => sideOf(at(now.ids, i)) === sideNumbers.validation);
  const of = (rows: Uint32Array): Promise<Pairs & { kind: 'classes' }> => pairs(table, child, parent, now, rows);
  const oldPlaces = new Map(Array.from(old.ids, (id, i) => [hashOf(id), i]));
  const removed = Uint32Array.from(
    removedTestRows(question, data),
    (i) => oldPlaces.get(at(question.changes.hashes, i)) ?? 0,
  );
  return judgeModel({
    unchanged: asNow
      ? { test: await of(test), validation: await of(validation) }
      : {
          test: await of(unchangedRows(round, sideNumbers.test)),
          validation: await of(unchangedRows(round, sideNumbers.validation)),
        },
    now: await of(test),
    removed: removed.length > 0 ? await pairs(table, child, parent, old, removed) : null,
    baseline: null,
    maxDrop: 0.005,
    look: 1,
  });
}

type OldVerdict = 'better' | 'same' | 'worse' | 'unclear';

/** The gate of 0.1: two-sided 95 %, at .005. */
function oldVerdictOf({ low, high, difference, p }: PairedTest): OldVerdict {
  if (high < 0 || (difference < -0.005 && p < 0.05)) return 'worse';
  if (low > -0.005 && high < 0.005) return 'same';
  return low > 0 ? 'better' : 'unclear';
}

/** What 0.1 said: the test rows as they were labelled at the parent's snapshot, and as they are. */
export async function oldVerdict({ table, old, now, parent }: Round, child: Trained): Promise<OldVerdict> {
  const rowsOf = (of: Snapshot): Uint32Array =>
    Uint32Array.from(of.ids.keys()).filter((i) => sideOf(at(of.ids, i)) === sideNumbers.test);
  const on = async (of: Snapshot): Promise<OldVerdict> => {
    const { child: own, parent: other } = await pairs(table, child, parent, of, rowsOf(of));
    return oldVerdictOf(pairedTest(own, other));
  };
  const both = [await on(old), await on(now)];
  if (both.includes('worse')) return 'worse';
  if (both.includes('better')) return 'better';
  return both.every((one) => one === 'same') ? 'same' : 'unclear';
}
