/** What a registry keeps beside its models since version 4, read: nothing where the registry is older, or is not there. */
import type { RunJudgement } from '../../../data/judgement.ts';
import type { ModelHead } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { queryRows } from '../queryRows.ts';
import type { RegistryFormat } from '../registryFormat.ts';
import {
  type KeptRow,
  type KeptTable,
  recordedRows,
  rowName,
  rowPattern,
  selectRowDetails,
} from '../record/keptRows.ts';
import { approvalOfRow, type KeptApproval, rowOfApproval, selectApprovals } from './approvals.ts';
import { type Exclusion, exclusionOfRow, rowOfExclusion, selectExclusions } from './exclusions.ts';
import {
  factsOfRow,
  factsRow,
  judgementOfRow,
  judgementRow,
  selectFacts,
  selectJudgement,
  selectJudgements,
} from './judgements.ts';
import { type KeptRestore, restoreOfRow, rowOfRestore, selectOpenRestores, selectRestores } from './restores.ts';
import { rowOfSettled, selectSettled, type Settled, settledOfRow } from './settled.ts';

/** The first version of the registry that has these tables. */
const firstVersion = 4;

/** Models of one training id and one name. */
interface Lineage {
  readonly id: string;
  readonly name: string;
}

type Of = Pick<ModelHead, 'trainingId' | 'number'>;

/** Rows of one kind that are held against the record: what they are called there, and how one is told that does not match. */
interface Held<T> {
  readonly table: KeptTable;
  readonly id: string;
  readonly row: (values: readonly Value[]) => KeptRow;
  readonly of: (values: readonly Value[]) => T;
}

/** Failures are the store's. A row that is not as the record has it says so. What is written goes into transactions of whoever changes models: `putJudgement` and its like. */
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

  /** True where what was said of a model's data is as it was registered. */
  async isAsSaid({ trainingId, number }: Of): Promise<boolean> {
    const [row] = await this.#rows(selectJudgement, [trainingId, number]);
    const said = row ? judgementRow(trainingId, number, String(row[0])) : null;
    const recorded = (await this.recorded('judgements', trainingId)).get(`judgements:${trainingId}:${number}`);
    return said?.hash === recorded;
  }

  /** The facts of a model's snapshot as the judge wrote them; null where none are kept, or others than were. */
  async facts({ trainingId, number }: Of): Promise<Uint8Array | null> {
    const [row] = await this.#rows(selectFacts, [trainingId, number]);
    const facts = row ? factsOfRow(row) : null;
    if (facts === null) return null;
    const known = factsRow(trainingId, number, facts);
    return (await this.recorded('facts', trainingId)).get(rowName(known)) === known.hash ? facts : null;
  }

  /** What the record says of rows of one table: their hashes by `rowName`. `id`: of the training, or of the restore. */
  async recorded(table: KeptTable, id: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const [details] of await this.#rows(selectRowDetails, [rowPattern(table, id)]))
      for (const [name, hash] of recordedRows(detailsOf(details))) found.set(name, hash);
    return found;
  }

  /** Every row of these tables as it is found, with the training that it is of where the row says one. */
  async keptRows(): Promise<{ readonly row: KeptRow; readonly of: string }[]> {
    const found: { row: KeptRow; of: string }[] = [];
    const all = (sql: string): Promise<Value[][]> => this.#rows(sql.replace(/ WHERE .*$/, ''), []);
    for (const [id, number, json, facts] of await all(selectJudgements)) {
      const said = judgementRow(String(id), Number(number), String(json));
      if (said) found.push({ row: said, of: '' });
      if (facts instanceof Uint8Array) found.push({ row: factsRow(String(id), Number(number), facts), of: '' });
    }
    for (const row of await all(selectSettled)) found.push({ row: rowOfSettled(row), of: '' });
    for (const row of await all(selectApprovals)) found.push({ row: rowOfApproval(row), of: String(row[2]) });
    for (const row of await all(selectExclusions)) found.push({ row: rowOfExclusion(row), of: String(row[2]) });
    for (const row of await all(selectRestores)) found.push({ row: rowOfRestore(row), of: '' });
    return found;
  }

  async #held<T extends object>(rows: readonly Value[][], { table, id, row, of }: Held<T>): Promise<T[]> {
    if (rows.length === 0) return [];
    const recorded = await this.recorded(table, id);
    return rows.map((values) => {
      const found = row(values);
      return { ...of(values), ...(recorded.get(rowName(found)) !== found.hash && { changed: true as const }) };
    });
  }

  /** Every change of a status in a training id, by model, the oldest first. */
  async settled(trainingId: string): Promise<Settled[]> {
    return (await this.#rows(selectSettled, [trainingId])).map(settledOfRow);
  }

  /** Every approval of a lineage, also those that were taken back or have run out. */
  async approvals({ id, name }: Lineage): Promise<KeptApproval[]> {
    const rows = await this.#rows(selectApprovals, [id, name]);
    return this.#held(rows, { table: 'approvals', id, row: rowOfApproval, of: approvalOfRow });
  }

  /** Every exclusion of a lineage, also those that were lifted. */
  async exclusions({ id, name }: Lineage): Promise<Exclusion[]> {
    const rows = await this.#rows(selectExclusions, [id, name]);
    return this.#held(rows, { table: 'exclusions', id, row: rowOfExclusion, of: exclusionOfRow });
  }

  /** Exclusions of a training id that the record knows, and that another program took out. */
  async lostExclusions(trainingId: string): Promise<string[]> {
    const recorded = await this.recorded('exclusions', trainingId);
    if (recorded.size === 0) return [];
    const there = new Set(await this.exclusionIds(trainingId));
    return [...recorded.keys()].map((name) => name.split(':').at(-1) ?? '').filter((id) => !there.has(id));
  }

  /** Of every training of an id: exclusions are numbered together, as models are. */
  async exclusionIds(trainingId: string): Promise<string[]> {
    const rows = await this.#rows('SELECT id FROM deltatrain.exclusions WHERE training = ?', [trainingId]);
    return rows.map(([id]) => String(id));
  }

  /** Lineages that have exclusions, each once. */
  async excludingLineages(): Promise<Lineage[]> {
    const rows = await this.#rows('SELECT DISTINCT training, training_name FROM deltatrain.exclusions', []);
    return rows.map(([id, name]) => ({ id: String(id), name: String(name) }));
  }

  /** Restores of any table that were not undone, in the order in which they were made. */
  async openRestores(): Promise<KeptRestore[]> {
    const rows = await this.#rows(selectOpenRestores, []);
    return this.#held(rows, { table: 'restores', id: '', row: rowOfRestore, of: restoreOfRow });
  }

  /** What promoted models were archived for: ids of restores and exclusions. */
  async causesOfPromoted(): Promise<ReadonlySet<string>> {
    const rows = await this.#rows("SELECT cause FROM deltatrain.settled WHERE was = 'promoted' AND cause <> ''", []);
    return new Set(rows.map(([cause]) => String(cause)));
  }

  /** Models beside which facts are kept, as `training id/number`. */
  async withFacts(): Promise<ReadonlySet<string>> {
    const rows = await this.#rows('SELECT training, number FROM deltatrain.judgements WHERE facts IS NOT NULL', []);
    return new Set(rows.map(([id, number]) => `${String(id)}/${String(number)}`));
  }

  /** Every restore of a table, also those that were undone. */
  async restores({ database, table }: TableName): Promise<KeptRestore[]> {
    const rows = await this.#rows(selectRestores, [database, table]);
    return this.#held(rows, { table: 'restores', id: '', row: rowOfRestore, of: restoreOfRow });
  }
}

/** What another hand wrote may be of any form: then it says nothing. */
function detailsOf(json: Value | undefined): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(String(json));
    return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
