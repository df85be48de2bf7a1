/** What was said of the data that a model was trained on, and the facts of its snapshot, as rows of the registry. */
import type { DataVerdict, SuspectGroup } from '../../../data/judgement.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';

/** A group as it is kept: its rows are found again by its filter. */
export type KeptGroup = Omit<SuspectGroup, 'hashes'>;

/** What a registry keeps of a judgement. */
export interface Judgement {
  readonly data: DataVerdict;
  /** The groups that cost most, the dearest first. */
  readonly groups: readonly KeptGroup[];
}

/** Replaces what a model left that is gone. `facts`: the judge's bytes; null where there are none. */
export const putJudgement = (
  trainingId: string,
  number: number,
  judgement: Judgement,
  facts: Uint8Array | null,
): Write[] => [
  { sql: 'DELETE FROM deltatrain.judgements WHERE training = ? AND number = ?', values: [trainingId, number] },
  {
    sql: 'INSERT INTO deltatrain.judgements (training, number, data_json, facts) VALUES (?, ?, ?, ?)',
    values: [trainingId, number, JSON.stringify(judgement), facts],
    expect: 1,
  },
];

export const selectJudgement = 'SELECT data_json FROM deltatrain.judgements WHERE training = ? AND number = ?';
export const selectFacts = 'SELECT facts FROM deltatrain.judgements WHERE training = ? AND number = ?';

/** A row of `selectJudgement`. */
export const judgementOfRow = ([json]: readonly Value[]): Judgement => JSON.parse(String(json)) as Judgement;

/** A row of `selectFacts`; null where none were kept. */
export const factsOfRow = ([bytes]: readonly Value[]): Uint8Array | null =>
  bytes instanceof Uint8Array ? bytes : null;
