/** The registry: models, what they were measured at, and their artifacts, kept in a database of their own beside the data. */
import { Failure, mayHaveRun } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { sha256 } from '../../base/sha256.ts';
import {
  type Evaluation,
  type Model,
  type ModelHead,
  type ModelSummary,
  modelText,
  parseModelRef,
} from '../../data/model.ts';
import { type StoredTraining, storedTraining, trainingOfStored } from '../../data/stored/storedPlan.ts';
import type { Store, Write } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import type { Snapshot } from '../../data/version.ts';
import { meantBy, type ModelAlias } from './alias.ts';
import type { KeptApproval } from './judged/approvals.ts';
import { Judged } from './judged/judged.ts';
import { keptJson } from './keptJson.ts';
import { queryRows } from './queryRows.ts';
import { type MayMigrate, RegistryFormat } from './registryFormat.ts';
import {
  evaluationOfRow,
  heads,
  insertModelRow,
  type ModelReading,
  putEvaluations,
  summaries,
  wholeModels,
} from './registryRows.ts';
import type { KeptRow } from './record/keptRows.ts';
import { type Happening, selectPromotion } from './record/record.ts';
import { judging, registering, type Registration } from './record/registering.ts';
import { RecordKeeper, type RecordWriter } from './record/recordKeeper.ts';
import { evaluationColumns, selectModels } from './registrySchema.ts';
import { type Approved, StatusChanges } from './judged/statusChanges.ts';

/** A training by what its models have in common. */
export type Lineage = Pick<Training, 'id' | 'name'>;

const ofLineage = 'm.training = ? AND m.training_name = ?';
const isModel = 'm.training = ? AND m.number = ?';

const attempts = 8;

/**
 * The models that a store keeps, over the store port: what is read needs no rights to write; the first write makes or moves the
 * registry (`RegistryFormat`), and every change of a model stands in the record with it.
 */
export class Registry {
  readonly store: Store;
  /** What happened to its models and to data. */
  readonly record: RecordKeeper;
  /** What was said of data, and what people have decided on it. */
  readonly judged: Judged;
  readonly #format: RegistryFormat;
  readonly #changes: StatusChanges;

  /** `mayMigrate`: see RegistryFormat. */
  constructor(store: Store, mayMigrate?: MayMigrate, writer?: RecordWriter) {
    this.store = store;
    this.#format = new RegistryFormat(store, mayMigrate);
    this.record = new RecordKeeper(store, this.#format, writer);
    this.judged = new Judged(store, this.#format);
    this.#changes = new StatusChanges(this, (sql, values) => this.#rows(sql, values));
  }

  /** Statements of the registry as one transaction. */
  write(statements: readonly Write[]): Promise<number[]> {
    return this.#format.write(statements);
  }

  /** Creates the registry, or moves it forward, and fails when the store cannot be written or somebody says no. */
  prepare(): Promise<void> {
    return this.#format.prepare();
  }

  /** Rows of a query; none where there is no registry. */
  async #rows(sql: string, values: readonly Value[]): Promise<Value[][]> {
    if ((await this.#format.readable()) === null) return [];
    return this.#format.allowed(queryRows(this.store, sql, values));
  }

  /** Some columns of models, newest first. */
  async #select<M>(reading: ModelReading<M>, where: string, values: readonly Value[]): Promise<M[]> {
    const version = await this.#format.readable();
    if (version === null) return [];
    const sql = `${selectModels(reading.columns, version)} WHERE ${where} ORDER BY m.number DESC`;
    return (await queryRows(this.store, sql, values)).map(reading.of);
  }

  /** Models of every training of that name, or of all; newest first. Everything but the artifacts: for who shows all of it. */
  async models(trainingName?: string): Promise<Model[]> {
    if (trainingName === undefined) return this.#select(wholeModels, '1 = 1', []);
    return this.#select(wholeModels, 'm.training_name = ?', [trainingName]);
  }

  /** Models of one lineage, newest first, with everything but the artifacts. */
  async modelsOf({ id, name }: Lineage): Promise<Model[]> {
    return this.#select(wholeModels, ofLineage, [id, name]);
  }

  /** What a list shows of every model, newest first. */
  async summaries(): Promise<ModelSummary[]> {
    return this.#select(summaries, '1 = 1', []);
  }

  /** Models of one lineage, or all of them, without the long parts of their rows; newest first. */
  async heads(of?: Lineage): Promise<ModelHead[]> {
    return of ? this.#select(heads, ofLineage, [of.id, of.name]) : this.#select(heads, '1 = 1', []);
  }

  /** The models of these numbers, newest first. */
  async byNumbers(trainingId: string, numbers: readonly number[]): Promise<Model[]> {
    const wanted = [...new Set(numbers)];
    if (wanted.length === 0) return [];
    const marks = wanted.map(() => '?').join(', ');
    return this.#select(wholeModels, `m.training = ? AND m.number IN (${marks})`, [trainingId, ...wanted]);
  }

  /** The model of that number, or `model.unknown`; `name` is what it is called in the sentence. */
  async byNumber(trainingId: string, number: number, name: string): Promise<Model> {
    const [model] = await this.byNumbers(trainingId, [number]);
    if (!model) throw new Failure('model.unknown', { model: modelText({ training: name, number }) });
    return model;
  }

  /** The name of every model, as in `weather/m3`. */
  async names(): Promise<string[]> {
    const rows = await this.#rows('SELECT training_name, number FROM deltatrain.models ORDER BY number DESC', []);
    return rows.map(([training, number]) => modelText({ training: String(training), number: Number(number) }));
  }

  /** The models of an id, whatever their training is called: each number with that name, by which a parent is named. */
  async namesById(trainingId: string): Promise<Map<number, string>> {
    const rows = await this.#rows('SELECT number, training_name FROM deltatrain.models WHERE training = ?', [
      trainingId,
    ]);
    return new Map(rows.map(([number, name]) => [Number(number), String(name)]));
  }

  /** True when a training of that name has a model, whatever its id. */
  async hasModels(trainingName: string): Promise<boolean> {
    const sql = 'SELECT COUNT(*) FROM deltatrain.models WHERE training_name = ?';
    return Number((await this.#rows(sql, [trainingName]))[0]?.[0] ?? 0) > 0;
  }

  /**
   * The training of a model, as it was when the last one of its id was registered; null when there is none. Where several
   * trainings have that id, what is not in it (the seed, the options) may be another one's; a model's plan has its own.
   */
  async training(model: Pick<Model, 'training' | 'trainingId'>): Promise<Training | null> {
    const rows = await this.#rows('SELECT spec FROM deltatrain.trainings WHERE id = ?', [model.trainingId]);
    const spec = rows[0]?.[0];
    return typeof spec === 'string'
      ? { ...trainingOfStored(keptJson<StoredTraining>(spec, 'deltatrain.trainings')), name: model.training }
      : null;
  }

  /** The training that the newest model of a name was made by; null when there is none. */
  async latestTraining(name: string): Promise<Training | null> {
    const rows = await this.#rows(
      'SELECT training FROM deltatrain.models WHERE training_name = ? ORDER BY made_at DESC, number DESC LIMIT 1',
      [name],
    );
    const trainingId = rows[0]?.[0];
    return typeof trainingId === 'string' ? this.training({ training: name, trainingId }) : null;
  }

  /**
   * `weather/m3`, or `m3` where only one training has a third model; `weather@promoted`, `weather@latest`, or the same without a name
   * where only one training has such a model. `model.unknown`, `model.ambiguous`, `model.none`.
   */
  async model(ref: string): Promise<Model> {
    const wanted = parseModelRef(ref);
    if (wanted && 'which' in wanted) return this.#chosen(ref, wanted);
    const found = wanted ? await this.#named(wanted) : [];
    const first = found[0];
    if (first && found.length === 1) return first;
    if (first)
      throw new Failure('model.ambiguous', {
        model: ref,
        choices: found.map(modelText).sort().join(' or '),
      });
    const names = await this.names();
    const byNumber = wanted ? names.find((name) => name.endsWith(`/m${wanted.number}`)) : undefined;
    throw new Failure('model.unknown', { model: ref, near: nearest(ref, names) ?? byNumber ?? null });
  }

  /** The model that an alias stands for now. */
  async #chosen(ref: string, alias: ModelAlias): Promise<Model> {
    const { trainingId, number, training } = meantBy(ref, alias, await this.heads());
    return this.byNumber(trainingId, number, training);
  }

  #named({ training, number }: { training: string | null; number: number }): Promise<Model[]> {
    if (training === null) return this.#select(wholeModels, 'm.number = ?', [number]);
    return this.#select(wholeModels, 'm.number = ? AND m.training_name = ?', [number, training]);
  }

  /** The artifact of a model, checked against its hash. */
  async artifact(model: ModelHead): Promise<Uint8Array> {
    const rows = await queryRows(
      this.store,
      'SELECT artifact FROM deltatrain.models WHERE training = ? AND number = ?',
      [model.trainingId, model.number],
    );
    const bytes = rows[0]?.[0];
    if (bytes === undefined) throw new Failure('model.unknown', { model: modelText(model) });
    const artifact = bytes instanceof Uint8Array ? bytes : new Uint8Array();
    const found = sha256(artifact);
    if (found !== model.artifactSha256)
      throw new Failure('model.damaged', { model: modelText(model), expected: model.artifactSha256, found });
    return artifact;
  }

  /** The number the next model of a training will have: one above every model of its name or its id, whatever their lineage. */
  async nextNumber(training: Training): Promise<number> {
    const rows = await this.#rows('SELECT MAX(number) FROM deltatrain.models WHERE training = ? OR training_name = ?', [
      training.id,
      training.name,
    ]);
    return Number(rows[0]?.[0] ?? 0) + 1;
  }

  /**
   * Row, artifact and measurements as one transaction. Takes the next number when `atLeast` is taken. A guard that does not
   * hold any more fails with `row.conflict`.
   */
  async register(registration: Registration): Promise<Model> {
    const { training, artifact, guards } = registration;
    await this.prepare();
    for (let left = attempts; ; left--) {
      const number = Math.max(registration.atLeast, await this.nextNumber(training));
      const model: Model = { ...registration.model, number };
      const judged = judging(model, registration.facts ?? null);
      const rows = [...judged.rows, ...(registration.beside?.rows ?? [])];
      const events = await this.record.follow(await this.#registering(training, model, rows), model.madeAt);
      const evaluations = registration.evaluations.map((one) => (one.number === 0 ? { ...one, number } : one));
      try {
        await this.write([
          ...guards,
          { sql: 'DELETE FROM deltatrain.trainings WHERE id = ?', values: [training.id] },
          {
            sql: 'INSERT INTO deltatrain.trainings (id, name, spec) VALUES (?, ?, ?)',
            values: [training.id, training.name, JSON.stringify(storedTraining(training))],
          },
          ...insertModelRow(model, artifact),
          ...judged.writes,
          ...(registration.beside?.writes ?? []),
          ...putEvaluations(evaluations),
          ...events.writes,
        ]);
        return model;
      } catch (error) {
        if (mayHaveRun(error) && (await this.#arrived(model, guards))) return model;
        // Only a number that is taken by now, of a model or of an event, is worth another try.
        const taken =
          Failure.is(error, 'row.conflict') &&
          ((await this.nextNumber(training)) > number || (await this.record.isOvertaken(events)));
        if (left <= 1 || !taken) throw error;
      }
    }
  }

  async #registering(training: Training, model: Model, rows: readonly KeptRow[]): Promise<readonly Happening[]> {
    const [known] = await this.#rows('SELECT spec FROM deltatrain.trainings WHERE id = ?', [training.id]);
    return registering(training, model, known ? String(known[0]) : null, rows);
  }

  /** True when the row is there although the connection ended before the store said so. */
  async #arrived(model: Model, guards: readonly Write[]): Promise<boolean> {
    try {
      // A transaction that is still on its way holds the lease's row, so this waits for its end.
      await this.store.write(guards);
      const [row] = await this.#select(heads, isModel, [model.trainingId, model.number]);
      return row?.artifactSha256 === model.artifactSha256 && row.madeAt === model.madeAt && row.madeBy === model.madeBy;
    } catch (error) {
      // What ended the write must be told.
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  /** When a model was promoted last, as an ISO time; null where the record does not know. */
  async promotedAt(model: ModelHead): Promise<string | null> {
    const rows = await this.#rows(selectPromotion, [modelText(model)]).catch((error: unknown) => {
      // A registry of an older version has no record.
      if (Failure.is(error, 'table.unknown')) return [];
      throw error;
    });
    const at = rows[0]?.[0];
    return typeof at === 'string' ? at : null;
  }

  /** Fails as `StatusChanges` says; so do the next three. */
  promote(model: ModelHead, why = ''): Promise<{ readonly model: Model; readonly replaced: number | null }> {
    return this.#changes.promote(model, why);
  }

  archive(model: ModelHead, why = ''): Promise<Model> {
    return this.#changes.archive(model, why);
  }

  /** `reasons`: the hash of what the person saw. */
  approve(model: ModelHead, reasons: string, note = ''): Promise<Approved> {
    return this.#changes.approve(model, reasons, note);
  }

  /** Takes an approval back: what it covered is asked again. */
  revoke(of: Lineage, id: number): Promise<KeptApproval> {
    return this.#changes.revoke(of, id);
  }

  async note(model: ModelHead, text: string): Promise<Model> {
    await this.prepare();
    await this.record.write(
      [{ what: 'model.noted', subject: modelText(model), details: {}, why: text }],
      [
        {
          sql: 'UPDATE deltatrain.models SET note = ? WHERE training = ? AND number = ?',
          values: [text, model.trainingId, model.number],
        },
      ],
    );
    return this.byNumber(model.trainingId, model.number, model.training);
  }

  /** The models that cannot be explained or repeated without this snapshot; archived ones do not count. */
  async neededBy({ name, createdAt }: Snapshot): Promise<ModelHead[]> {
    // A model of a role that may not list snapshots does not know when its own was made.
    const isIt = (of: 'snapshot' | 'base'): string => `(m.${of}_name = ? AND m.${of}_created_at IN ('', ?))`;
    return this.#select(heads, `m.status <> 'archived' AND (${isIt('snapshot')} OR ${isIt('base')})`, [
      ...[name, createdAt],
      ...[name, createdAt],
    ]);
  }

  /** The snapshots that runs have made which have not ended, or did not live to remove them. */
  async snapshotsOfRuns(): Promise<{ name: string; createdAt: string }[]> {
    const rows = await this.#rows(
      'SELECT snapshot_name, snapshot_created_at FROM deltatrain.leases WHERE snapshot_name IS NOT NULL',
      [],
    );
    return rows.map(([name, createdAt]) => ({ name: String(name), createdAt: String(createdAt) }));
  }

  /** Everything measured of the models of a training id. */
  async evaluations(trainingId: string): Promise<Evaluation[]> {
    const rows = await this.#rows(
      `SELECT ${evaluationColumns.join(', ')} FROM deltatrain.evaluations WHERE training = ?`,
      [trainingId],
    );
    return rows.map(evaluationOfRow);
  }

  /** Keeps them where that asks nobody anything: not in a store that is read-only, nor in a shared registry of an older version. */
  async keepEvaluations(evaluations: readonly Evaluation[]): Promise<void> {
    if (evaluations.length === 0 || !(await this.#format.mayWriteQuietly())) return;
    await this.prepare();
    await this.write(putEvaluations(evaluations));
  }
}
