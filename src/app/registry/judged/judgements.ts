/** What was said of the data that a model was trained on, and the facts of its snapshot, as rows of the registry. */
import type { RunJudgement } from '../../../data/judgement.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { keptJson } from '../keptJson.ts';
import { type KeptRow, keptRow } from '../record/keptRows.ts';

/** A group as it is kept: its rows are found again by its filter. */
export type KeptGroup = RunJudgement['groups'][number];

/** Replaces what a model left that is gone. `judgement`: null of a model that was never judged. `facts`: the judge's bytes. */
export const putJudgement = (
  trainingId: string,
  number: number,
  judgement: RunJudgement | null,
  facts: Uint8Array | null,
): Write[] => [
  { sql: 'DELETE FROM deltatrain.judgements WHERE training = ? AND number = ?', values: [trainingId, number] },
  {
    sql: 'INSERT INTO deltatrain.judgements (training, number, data_json, facts) VALUES (?, ?, ?, ?)',
    values: [trainingId, number, JSON.stringify(judgement), facts],
    expect: 1,
  },
];

/** Of one model: its training id, its number. */
export const selectJudgement = 'SELECT data_json FROM deltatrain.judgements WHERE training = ? AND number = ?';
/** Of one model: its training id, its number. */
export const selectFacts = 'SELECT facts FROM deltatrain.judgements WHERE training = ? AND number = ?';

/** A row of `selectJudgement`. */
export const judgementOfRow = ([json]: readonly Value[]): RunJudgement | null =>
  keptJson<RunJudgement | null>(String(json), 'deltatrain.judgements', 'nothing');

/** A row of `selectFacts`; null where none were kept. */
export const factsOfRow = ([bytes]: readonly Value[]): Uint8Array | null =>
  bytes instanceof Uint8Array ? bytes : null;

/** Facts that a later run had to make, beside what was said of that model; `isThere`: whether anything was. */
export const putFacts = (trainingId: string, number: number, facts: Uint8Array, isThere: boolean): Write[] =>
  isThere
    ? [
        {
          sql: 'UPDATE deltatrain.judgements SET facts = ? WHERE training = ? AND number = ?',
          values: [facts, trainingId, number],
        },
      ]
    : putJudgement(trainingId, number, null, facts);

/** Of every model, for whoever holds them against the record. */
export const selectJudgements = 'SELECT training, number, data_json, facts FROM deltatrain.judgements';

/** What was said of a model's data, as the record knows it; null where nothing was. `json`: as it is kept. */
export const judgementRow = (trainingId: string, number: number, json: string): KeptRow | null =>
  json === 'null' ? null : keptRow('judgements', [trainingId, number], [json]);

/** The facts of a model's snapshot, as the record knows them. */
export const factsRow = (trainingId: string, number: number, facts: Uint8Array): KeptRow =>
  keptRow('facts', [trainingId, number], [facts]);
