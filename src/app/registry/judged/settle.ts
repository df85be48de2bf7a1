/** Models that are settled with what became of their data: archived, and brought back, in the transaction of whoever changes the data. */
import { type ModelHead, type ModelStatus, modelText } from '../../../data/model.ts';
import type { Write } from '../../../data/store.ts';
import type { Happening } from '../record/record.ts';
import type { Registry } from '../registry.ts';
import type { KeptRow } from '../record/keptRows.ts';
import { putSettled, type Settled, settledRow } from './settled.ts';

/** Changes of statuses for data that went, came back or are left out, with their events: collected for one transaction. */
export class Settle {
  readonly writes: Write[] = [];
  readonly happenings: Happening[] = [];
  readonly #registry: Registry;
  readonly #stamp: { readonly who: string; readonly at: string };
  readonly #settled = new Map<string, Promise<readonly Settled[]>>();
  /** Lineages that have a promoted model now, or will have. */
  readonly #promoted = new Set<string>();

  constructor(registry: Registry, stamp: { readonly who: string; readonly at: string }) {
    this.#registry = registry;
    this.#stamp = stamp;
  }

  async #of({ trainingId, number }: ModelHead): Promise<readonly Settled[]> {
    const all = this.#settled.get(trainingId) ?? this.#registry.judged.settled(trainingId);
    this.#settled.set(trainingId, all);
    return (await all).filter((one) => one.number === number);
  }

  /** The id of the restore, or of the exclusion, for which the model is archived; null where it is not, or for another reason. */
  async archivedBy(model: ModelHead, why: 'reverted' | 'excluded'): Promise<string | null> {
    const last = model.status === 'archived' ? (await this.#of(model)).at(-1) : undefined;
    return last?.reason === why ? last.cause : null;
  }

  async #put(model: ModelHead, reason: Settled['reason'], cause: string): Promise<readonly KeptRow[]> {
    const { trainingId, number, status } = model;
    const seq = ((await this.#of(model)).at(-1)?.seq ?? 0) + 1;
    const settled = { trainingId, number, seq, reason, was: status, cause, note: '', ...this.#stamp };
    this.writes.push(putSettled(settled));
    return [settledRow(settled)];
  }

  /** `cause`: the id of the restore or the exclusion. */
  async archive(model: ModelHead, reason: 'reverted' | 'excluded', cause: string): Promise<ModelHead> {
    const { trainingId, number, training, status } = model;
    if (status === 'promoted')
      this.writes.push({
        sql: 'DELETE FROM deltatrain.promoted WHERE training = ? AND training_name = ? AND number = ?',
        values: [trainingId, training, number],
        expect: 1,
      });
    this.writes.push(statusWrite(model, 'archived'));
    const rows = await this.#put(model, reason, cause);
    const details = { was: status, reason, cause };
    this.happenings.push({ what: 'model.archived', subject: modelText(model), details, why: '', rows });
    return model;
  }

  /** As it was before, but for one that was promoted where another is now: that is a candidate. */
  async bringBack(model: ModelHead, cause: string, models: readonly ModelHead[]): Promise<ModelHead> {
    const { trainingId, number, training } = model;
    const lineage = `${trainingId}/${training}`;
    const was = (await this.#of(model)).at(-1)?.was ?? 'candidate';
    const isTaken =
      this.#promoted.has(lineage) ||
      models.some((one) => one.status === 'promoted' && `${one.trainingId}/${one.training}` === lineage);
    const status: ModelStatus = was === 'promoted' && isTaken ? 'candidate' : was;
    if (status === 'promoted') {
      this.#promoted.add(lineage);
      this.writes.push({
        sql: 'INSERT INTO deltatrain.promoted (training, training_name, number) VALUES (?, ?, ?)',
        values: [trainingId, training, number],
        expect: 1,
      });
    }
    this.writes.push(statusWrite(model, status));
    const rows = await this.#put(model, 'returned', cause);
    const details = { status, cause };
    this.happenings.push({ what: 'model.returned', subject: modelText(model), details, why: '', rows });
    return model;
  }
}

/** Fails with `row.conflict` where somebody else changed it meanwhile. */
const statusWrite = (model: ModelHead, status: ModelStatus): Write => ({
  sql: `UPDATE deltatrain.models SET status = ? WHERE training = ? AND number = ? AND status ${model.status === 'archived' ? '=' : '<>'} 'archived'`,
  values: [status, model.trainingId, model.number],
  expect: 1,
});
