/** A table that a parent knows, and what is found when it has changed. */
import type { DataVerdict, Reason } from '../../../src/data/judgement.ts';
import { judgeData } from '../../../src/judge/judgeData.ts';
import type { DataQuestion } from '../../../src/judge/question.ts';
import { changed, hashOf, questionOf, type Row, type Rows } from './question.ts';
import { knowing, shop } from './shop.ts';

export const old = shop(4_000);
export const found = (verdict: DataVerdict, kind: Reason['kind']): Reason | undefined =>
  verdict.reasons.find((reason) => reason.kind === kind);
export const judged = (now: Rows, more: Partial<DataQuestion> = {}, before: Rows = old): DataVerdict =>
  judgeData(questionOf(before, now, knowing, more));

/** The first so many rows that a condition holds for become others. */
export function firstRows(
  rows: Rows,
  count: number,
  isMeant: (row: Row, id: number) => boolean,
  change: (row: Row, i: number) => Row | null,
): Rows {
  let met = 0;
  return changed(rows, (id, row) => (isMeant(row, id) && met < count ? change(row, met++) : row));
}

export const isRight = (row: Row): boolean => (Number(row['x']) >= 50 ? 'yes' : 'no') === row['label'];
export const isUnseen = (id: number): boolean => Number.parseInt(hashOf(id).slice(0, 8), 16) / 2 ** 32 < 0.3;
export const other = (row: Row): Row => ({ ...row, label: row['label'] === 'yes' ? 'no' : 'yes' });
