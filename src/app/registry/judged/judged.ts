/** What a registry keeps beside its models since version 4, read: nothing where the registry is older, or is not there. */
import type { RunJudgement } from '../../../data/judgement.ts';
import type { ModelHead } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { queryRows } from '../queryRows.ts';
import type { RegistryFormat } from '../registryFormat.ts';
import { type KeptApproval, approvalOfRow, selectApprovals } from './approvals.ts';
import { type Exclusion, exclusionOfRow, selectExclusions } from './exclusions.ts';
import { factsOfRow, judgementOfRow, selectFacts, selectJudgement } from './judgements.ts';
import { type KeptRestore, restoreOfRow, selectRestores } from './restores.ts';
import { selectSettled, type Settled, settledOfRow } from './settled.ts';

/** The first version of the registry that has these tables. */
const firstVersion = 4;

/** Models of one training id and one name. */
interface Lineage {
  readonly id: string;
  readonly name: string;
}

type Of = Pick<ModelHead, 'trainingId' | 'number'>;

/** Failures are the store's. What is written goes into transactions of whoever changes models: `putJudgement` and its like. */
export class Judged {
  readonly #store: Store;
  readonly #format: RegistryFormat;

  constructor(store: Store, format: RegistryFormat) {
    this.#store = store;
    this.#format = format;
  }

  async #rows(sql: string, values: readonly Value[]): Promise<Value[][]> {
    const version = await this.#format.readable();
    if (version === null || version < firstVersion) return [];
    return this.#format.allowed(queryRows(this.#store, sql, values));
  }

  /** What was said of a model's data; null for models of older versions. */
  async judgement({ trainingId, number }: Of): Promise<RunJudgement | null> {
    const [row] = await this.#rows(selectJudgement, [trainingId, number]);
    return row ? judgementOfRow(row) : null;
  }

  /** The facts of a model's snapshot as the judge wrote them; null where none are kept. */
  async facts({ trainingId, number }: Of): Promise<Uint8Array | null> {
    const [row] = await this.#rows(selectFacts, [trainingId, number]);
    return row ? factsOfRow(row) : null;
  }

  /** Every change of a status in a training id, by model, the oldest first. */
  async settled(trainingId: string): Promise<Settled[]> {
    return (await this.#rows(selectSettled, [trainingId])).map(settledOfRow);
  }

  /** Every approval of a lineage, also those that were taken back or have run out. */
  async approvals({ id, name }: Lineage): Promise<KeptApproval[]> {
    return (await this.#rows(selectApprovals, [id, name])).map(approvalOfRow);
  }

  /** Every exclusion of a lineage, also those that were lifted. */
  async exclusions({ id, name }: Lineage): Promise<Exclusion[]> {
    return (await this.#rows(selectExclusions, [id, name])).map(exclusionOfRow);
  }

  /** Of every training of an id: exclusions are numbered together, as models are. */
  async exclusionIds(trainingId: string): Promise<string[]> {
    const rows = await this.#rows('SELECT id FROM deltatrain.exclusions WHERE training = ?', [trainingId]);
    return rows.map(([id]) => String(id));
  }

  /** Every restore of a table, also those that were undone. */
  async restores({ database, table }: TableName): Promise<KeptRestore[]> {
    return (await this.#rows(selectRestores, [database, table])).map(restoreOfRow);
  }
}
