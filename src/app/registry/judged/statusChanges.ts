/** A person's acts on the status of a model: promote, archive, approve; each is one transaction with the event that tells of it. */
import { Failure, mayHaveRun } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Model, type ModelHead, modelText } from '../../../data/model.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { approvalOf } from '../../../judge/approvals.ts';
import { approvalRow, type KeptApproval, putApproval, revokeApproval } from './approvals.ts';
import { putSettled, type Settled, type SettledReason, settledRow } from './settled.ts';
import type { Happening } from '../record/record.ts';
import type { RecordKeeper } from '../record/recordKeeper.ts';
import type { Judged } from './judged.ts';
import { promoteWrites } from '../registryRows.ts';
import { whyNotPromoted } from './whyNotPromoted.ts';

/** A training by what its models have in common. */
interface Lineage {
  readonly id: string;
  readonly name: string;
}

/** The registry whose models change. */
interface Home {
  readonly record: RecordKeeper;
  readonly judged: Judged;
  prepare(): Promise<void>;
  byNumber(trainingId: string, number: number, name: string): Promise<Model>;
  heads(of: Lineage): Promise<ModelHead[]>;
}

/** What an approval did. */
export interface Approved {
  readonly model: Model;
  /** Older held models that were archived with it. */
  readonly archived: readonly number[];
  /** What is remembered of its reasons. */
  readonly approvals: readonly KeptApproval[];
}

const setStatus = (model: ModelHead, status: Model['status']): Write => ({
  sql: 'UPDATE deltatrain.models SET status = ? WHERE training = ? AND number = ? AND status = ?',
  values: [status, model.trainingId, model.number, model.status],
  expect: 1,
});

/** The hash, or enough of its beginning that a person would not hit it by chance. */
const isHash = (given: string, hash: string): boolean => given.length >= 12 && hash.startsWith(given.toLowerCase());

/** Fails with `run.refused` where the model is not what the act is for, or somebody else changed it between the look and the act. */
export class StatusChanges {
  readonly #registry: Home;
  readonly #rows: (sql: string, values: readonly Value[]) => Promise<Value[][]>;

  constructor(registry: Home, rows: (sql: string, values: readonly Value[]) => Promise<Value[][]>) {
    this.#registry = registry;
    this.#rows = rows;
  }

  /** The model as it is now, with what its status rests on read anew. */
  #now({ trainingId, number, training }: ModelHead): Promise<Model> {
    return this.#registry.byNumber(trainingId, number, training);
  }

  /** Writes, with the events that tell of it, and answers the row as it is then; what nobody heard the end of is looked for. */
  async #change(
    model: ModelHead,
    happenings: readonly Happening[],
    writes: readonly Write[],
    isDone: (now: Model) => boolean,
  ): Promise<Model> {
    try {
      await this.#registry.record.write(happenings, writes);
    } catch (error) {
      const now = mayHaveRun(error) ? await this.#now(model).catch(() => null) : null;
      if (!now || !isDone(now)) throw error;
    }
    return this.#now(model);
  }

  /** Why a model is what it is: one row more, whose number is taken where somebody else settled it meanwhile. */
  async #settled(model: ModelHead, reason: SettledReason, note: string, cause = ''): Promise<Settled> {
    const { trainingId, number, status } = model;
    const known = (await this.#registry.judged.settled(trainingId)).filter((one) => one.number === number);
    const seq = Math.max(0, ...known.map((one) => one.seq)) + 1;
    return { trainingId, number, seq, reason, was: status, cause, note, ...this.#registry.record.stamp() };
  }

  /** What a rejected or held model is told beside the word. */
  async #whyNot(model: Model): Promise<string> {
    const { status } = model;
    if (status === 'candidate' || status === 'promoted') return '';
    if (status !== 'archived') return say(whyNotPromoted[status]);
    const settled = (await this.#registry.judged.settled(model.trainingId)).filter(
      (one) => one.number === model.number,
    );
    return settled.at(-1)?.reason === 'reverted' ? say('its data were reverted.') : say(whyNotPromoted.archived);
  }

  /** Makes a candidate the promoted one; the one before becomes a candidate again, and its number is answered. */
  async promote(model: ModelHead, why: string): Promise<{ readonly model: Model; readonly replaced: number | null }> {
    await this.#registry.prepare();
    const now = await this.#now(model);
    if (now.status === 'promoted') return { model: now, replaced: null };
    const what = say('Promoting {0}', modelText(now));
    if (now.status !== 'candidate') throw new Failure('run.refused', { what, why: await this.#whyNot(now) });
    if (now.changed)
      throw new Failure('run.refused', {
        what,
        why: say('its row was changed by another hand since it was registered.'),
      });
    const rows = await this.#rows('SELECT number FROM deltatrain.promoted WHERE training = ? AND training_name = ?', [
      now.trainingId,
      now.training,
    ]);
    const replaced = rows[0] === undefined ? null : Number(rows[0][0]);
    const details = { replaced: replaced === null ? null : modelText({ training: now.training, number: replaced }) };
    try {
      const happening = { what: 'model.promoted', subject: modelText(now), details, why } as const;
      const isDone = ({ status }: Model): boolean => status === 'promoted';
      return { model: await this.#change(now, [happening], promoteWrites(now, replaced), isDone), replaced };
    } catch (error) {
      if (!Failure.is(error, 'row.conflict')) throw error;
      const meanwhile = say('another program changed what is promoted meanwhile. Look at it, and promote again.');
      throw new Failure('run.refused', { what, why: meanwhile }, { cause: error });
    }
  }

  /** Puts a model aside: it is no base, no baseline, and needs its snapshots no more. */
  async archive(model: ModelHead, why: string): Promise<Model> {
    await this.#registry.prepare();
    const now = await this.#now(model);
    if (now.status === 'archived') return now;
    if (now.status === 'promoted')
      throw new Failure('run.refused', {
        what: say('Archiving {0}', modelText(now)),
        why: say('it is the promoted model. Promote another one first.'),
      });
    const settled = await this.#settled(now, 'byHand', why);
    const writes = [setStatus(now, 'archived'), putSettled(settled)];
    const [details, rows] = [{ was: now.status }, [settledRow(settled)]];
    const happening = { what: 'model.archived', subject: modelText(now), details, why, rows } as const;
    return this.#change(now, [happening], writes, ({ status }) => status === 'archived');
  }

  /**
   * The data of a held model are right: it becomes a candidate, and what was found of them is remembered. Older held models are
   * archived with it; an older one is not approved while a newer one is there.
   */
  async approve(model: ModelHead, reasons: string, note: string): Promise<Approved> {
    await this.#registry.prepare();
    const now = await this.#now(model);
    const what = say('Approving the data of {0}', modelText(now));
    const refused = (why: string, cause?: unknown): Failure => new Failure('run.refused', { what, why }, { cause });
    if (now.status !== 'held') throw refused(await this.#whyNotHeld(now));
    const { judgement } = now;
    if (!judgement?.data.hash || !isHash(reasons, judgement.data.hash))
      throw refused(say('the reasons are not those that you saw. Look at them, and approve again.'));
    if (now.changed || !(await this.#registry.judged.isAsSaid(now)))
      throw refused(say('what was said of its data was changed by another hand since it was registered. Train again.'));
    const lineage = await this.#registry.heads({ id: now.trainingId, name: now.training });
    const newer = lineage.find(
      ({ number, status }) => number > now.number && status !== 'archived' && status !== 'rejected',
    );
    if (newer) throw refused(say('{0} is newer, and of the table as it was later. Settle that one.', modelText(newer)));
    const older = lineage.filter(({ number, status }) => number < now.number && status === 'held');
    const approvals = await this.#approvalsOf(now, note);
    const settled = await this.#settled(now, 'approved', note);
    const writes: Write[] = [setStatus(now, 'candidate'), putSettled(settled)];
    const rows = [settledRow(settled), ...approvals.map(approvalRow)];
    const happenings: Happening[] = [
      { what: 'model.approved', subject: modelText(now), details: { reasons }, why: note, rows },
    ];
    for (const one of older) {
      const replaced = await this.#settled(one, 'replaced', '', modelText(now));
      writes.push(setStatus(one, 'archived'), putSettled(replaced));
      const details = { was: 'held', replaced: modelText(now) };
      const beside = { details, why: '', rows: [settledRow(replaced)] };
      happenings.push({ what: 'model.archived', subject: modelText(one), ...beside });
    }
    try {
      const isDone = ({ status }: Model): boolean => status === 'candidate';
      const done = await this.#change(now, happenings, [...writes, ...approvals.map(putApproval)], isDone);
      return { model: done, archived: older.map(({ number }) => number), approvals };
    } catch (error) {
      if (!Failure.is(error, 'row.conflict')) throw error;
      throw refused(say('somebody else settled it meanwhile. Look at it again.'), error);
    }
  }

  async #whyNotHeld(model: Model): Promise<string> {
    if (model.status === 'archived') return this.#whyNot(model);
    if (model.status === 'rejected')
      return say('it was not held for its data: the quality gate said that it is worse.');
    return say('it is not held.');
  }

  /** What is remembered of a model's reasons; nothing of what is asked every time. */
  async #approvalsOf(model: Model, note: string): Promise<KeptApproval[]> {
    const { training, trainingId, number, judgement } = model;
    const [row] = await this.#rows('SELECT MAX(id) FROM deltatrain.approvals WHERE training = ?', [trainingId]);
    const first = Number(row?.[0] ?? 0) + 1;
    const stamp = this.#registry.record.stamp();
    const remembered = (judgement?.data.reasons ?? []).flatMap((reason) => {
      const { roundsLeft, ...own } = approvalOf(reason) ?? { roundsLeft: 0 };
      return 'kind' in own ? [{ ...own, rounds: roundsLeft }] : [];
    });
    return remembered.map((one, i) => ({
      ...one,
      ...stamp,
      trainingId,
      training,
      number,
      note,
      id: first + i,
      revoked: null,
    }));
  }

  async revoke(of: Lineage, id: number): Promise<KeptApproval> {
    await this.#registry.prepare();
    const what = say('Taking approval {0} of "{1}" back', id, of.name);
    const found = (await this.#registry.judged.approvals(of)).find((one) => one.id === id);
    if (!found) throw new Failure('run.refused', { what, why: say('there is none of that number.') });
    if (found.revoked && !found.changed)
      throw new Failure('run.refused', { what, why: say('{0} did already.', found.revoked.who) });
    const revoked = this.#registry.record.stamp();
    const details = { approval: id, kind: found.kind, column: found.column };
    const rows = [approvalRow({ ...found, revoked })];
    try {
      await this.#registry.record.write(
        [{ what: 'approval.revoked', subject: of.name, details, why: '', rows }],
        [revokeApproval(found, revoked.who, revoked.at)],
      );
    } catch (error) {
      if (!Failure.is(error, 'row.conflict')) throw error;
      throw new Failure('run.refused', { what, why: say('somebody else did meanwhile.') }, { cause: error });
    }
    return { ...found, revoked };
  }
}
