/** The registry: models, what they were measured at, and their artifacts, kept in a database of their own beside the data. */
import { later, say } from '../../base/say.ts';
import { Failure, mayHaveRun } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { sha256 } from '../../base/sha256.ts';
import { type Evaluation, lineageOf, type Model, modelText, parseModelRef } from '../../data/model.ts';
import { type StoredTraining, storedTraining, trainingOfStored } from '../../data/storedPlan.ts';
import type { Store, Write } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import type { Snapshot } from '../../data/version.ts';
import { queryRows } from './queryRows.ts';
import { evaluationOfRow, insertModelRow, modelOfRow, putEvaluations } from './registryRows.ts';
import {
  createDatabase,
  createMeta,
  evaluationColumns,
  migrations,
  readSchemaVersion,
  selectModels,
} from './registrySchema.ts';

/** What a run hands over to be registered; the number is given by the registry. */
export interface Registration {
  readonly training: Training;
  readonly model: Omit<Model, 'number'>;
  /** At least `atLeast`; higher when somebody else took it. */
  readonly atLeast: number;
  readonly artifact: Uint8Array;
  /** Measured in the same run; those of the new model carry number 0 and get its number. */
  readonly evaluations: readonly Evaluation[];
  /** Statements that must hold for the row to be written (the run's lease); they go into the same transaction. */
  readonly guards: readonly Write[];
}

const attempts = 8;

/** What a role needs that may not make databases, and the way around it. */
const registryNeeds = later(
  'the database "deltatrain" and all rights in it: CREATE DATABASE deltatrain, then for this role GRANT ALL ON DATABASE deltatrain and GRANT ALL ON TABLE deltatrain.* (or models are kept elsewhere: "registry": { "connection": "…" } in the training)',
);

/** What a role needs that only looks. */
const readingNeeds = later(
  'SELECT on the tables of the database "deltatrain": GRANT SELECT ON TABLE deltatrain.* for this role',
);

/**
 * The models kept beside a store. Reading makes nothing; the first write makes the registry (`store.readOnly`,
 * `permission.missing` where that may not be).
 */
export class Registry {
  readonly store: Store;
  #ready = false;

  constructor(store: Store) {
    this.store = store;
  }

  /** The version of the schema in the store, 0 where only the database is there, null when there is none yet. */
  async #schemaVersion(needs: string): Promise<number | null> {
    try {
      const rows = await this.#allowed(queryRows(this.store, readSchemaVersion), needs);
      return Number(rows[0]?.[0] ?? 0);
    } catch (error) {
      if (Failure.is(error, 'database.unknown')) return null;
      if (Failure.is(error, 'table.unknown')) return 0;
      throw error;
    }
  }

  /** Says what a role lacks that may not do this in the registry's database. */
  async #allowed<T>(work: Promise<T>, need: string = registryNeeds): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!Failure.is(error, 'permission.missing')) throw error;
      throw new Failure(
        'permission.missing',
        {
          what: say(
            need === readingNeeds ? later('Reading the models on {0}') : later('Keeping models on {0}'),
            (await this.store.facts()).label,
          ),
          need: say(need),
        },
        { cause: error },
      );
    }
  }

  /** Statements of the registry as one transaction. */
  write(statements: readonly Write[]): Promise<number[]> {
    return this.#allowed(this.store.write(statements));
  }

  /** True when there is a registry to read; a newer one than this program knows is refused. */
  async #readable(): Promise<boolean> {
    if (this.#ready) return true;
    const version = await this.#schemaVersion(readingNeeds);
    if (version === null || version === 0) return false;
    await this.#allowed(this.#migrate(version));
    return true;
  }

  /** Creates the registry, or moves it forward, and fails when the store cannot be written. */
  async prepare(): Promise<void> {
    if (this.#ready) return;
    const facts = await this.store.facts();
    if (facts.readOnly) throw new Failure('store.readOnly', { store: facts.label });
    const version = await this.#schemaVersion(registryNeeds);
    // An administrator may have made the database for a role that may make none.
    if (version === null) await this.#allowed(queryRows(this.store, createDatabase));
    if (version === null || version === 0) await this.#allowed(queryRows(this.store, createMeta));
    await this.#allowed(this.#migrate(version ?? 0));
  }

  async #migrate(from: number): Promise<void> {
    const label = async (): Promise<string> => say('The registry in {0}', (await this.store.facts()).label);
    if (from > migrations.length)
      throw new Failure('store.newer', { store: await label(), version: from, known: migrations.length });
    // Every statement may run twice: two programs may open a new store at the same moment.
    for (const statements of migrations.slice(from))
      for (const statement of statements) await queryRows(this.store, statement);
    if (from < migrations.length)
      await this.store.write([
        { sql: `DELETE FROM deltatrain.meta WHERE name = 'schemaVersion'`, values: [] },
        {
          sql: `INSERT INTO deltatrain.meta (name, content) VALUES ('schemaVersion', ?)`,
          values: [String(migrations.length)],
        },
      ]);
    this.#ready = true;
  }

  async #select(where: string, values: readonly Value[]): Promise<Model[]> {
    if (!(await this.#readable())) return [];
    const rows = await queryRows(this.store, `${selectModels} WHERE ${where} ORDER BY number DESC`, values);
    return rows.map(modelOfRow);
  }

  /** Models of every training of that name, or of all; newest first. */
  async models(trainingName?: string): Promise<Model[]> {
    if (trainingName === undefined) return this.#select('1 = 1', []);
    return this.#select('training_name = ?', [trainingName]);
  }

  /** Models of one lineage, newest first. */
  async modelsOf(training: Pick<Training, 'id' | 'name'>): Promise<Model[]> {
    return lineageOf(await this.modelsWithId(training.id), training.name);
  }

  /** Models of every training of that id, newest first: all that a parent's number can mean. */
  async modelsWithId(trainingId: string): Promise<Model[]> {
    return this.#select('training = ?', [trainingId]);
  }

  /**
   * The training of a model, as it was when the last one of its id was registered; null when there is none. Where several
   * trainings have that id, what is not in it (the seed, the options) may be another one's; a model's plan has its own.
   */
  async training(model: Pick<Model, 'training' | 'trainingId'>): Promise<Training | null> {
    if (!(await this.#readable())) return null;
    const rows = await queryRows(this.store, 'SELECT spec FROM deltatrain.trainings WHERE id = ?', [model.trainingId]);
    const spec = rows[0]?.[0];
    return typeof spec === 'string'
      ? { ...trainingOfStored(JSON.parse(spec) as StoredTraining), name: model.training }
      : null;
  }

  /** The training that the newest model of a name was made by; null when there is none. */
  async latestTraining(name: string): Promise<Training | null> {
    if (!(await this.#readable())) return null;
    const rows = await queryRows(
      this.store,
      'SELECT training FROM deltatrain.models WHERE training_name = ? ORDER BY made_at DESC, number DESC LIMIT 1',
      [name],
    );
    const trainingId = rows[0]?.[0];
    return typeof trainingId === 'string' ? this.training({ training: name, trainingId }) : null;
  }

  /** `weather/m3`, or `m3` where only one training has a third model. */
  async model(ref: string): Promise<Model> {
    const wanted = parseModelRef(ref);
    const known = wanted ? await this.#select('number = ?', [wanted.number]) : await this.models();
    const found = wanted ? known.filter((one) => wanted.training === null || one.training === wanted.training) : [];
    const first = found[0];
    if (first && found.length === 1) return first;
    if (first)
      throw new Failure('model.ambiguous', {
        model: ref,
        choices: found.map(modelText).sort().join(' or '),
      });
    const names = (await this.models()).map(modelText);
    const byNumber = wanted ? names.find((name) => name.endsWith(`/m${wanted.number}`)) : undefined;
    throw new Failure('model.unknown', { model: ref, near: nearest(ref, names) ?? byNumber ?? null });
  }

  /** The artifact of a model, checked against its hash. */
  async artifact(model: Model): Promise<Uint8Array> {
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
    const known = await this.#select('training = ? OR training_name = ?', [training.id, training.name]);
    return Math.max(0, ...known.map((model) => model.number)) + 1;
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
      const evaluations = registration.evaluations.map((one) => (one.number === 0 ? { ...one, number } : one));
      try {
        await this.write([
          ...guards,
          { sql: 'DELETE FROM deltatrain.trainings WHERE id = ?', values: [training.id] },
          {
            sql: 'INSERT INTO deltatrain.trainings (id, name, spec) VALUES (?, ?, ?)',
            values: [training.id, training.name, JSON.stringify(storedTraining(training))],
          },
          insertModelRow(model, artifact),
          ...putEvaluations(evaluations),
        ]);
        return model;
      } catch (error) {
        if (mayHaveRun(error) && (await this.#arrived(model, guards))) return model;
        // Only a number that is taken by now is worth another try.
        const taken = Failure.is(error, 'row.conflict') && (await this.nextNumber(training)) > number;
        if (left <= 1 || !taken) throw error;
      }
    }
  }

  /** True when the row is there although the connection ended before the store said so. */
  async #arrived(model: Model, guards: readonly Write[]): Promise<boolean> {
    try {
      // A transaction that is still on its way holds the lease's row, so this waits for its end.
      await this.store.write(guards);
      const [row] = await this.#select('training = ? AND number = ?', [model.trainingId, model.number]);
      return row?.artifactSha256 === model.artifactSha256 && row.madeAt === model.madeAt && row.madeBy === model.madeBy;
    } catch (error) {
      // What ended the write must be told.
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  async #changed(model: Model): Promise<Model> {
    const [row] = await this.#select('training = ? AND number = ?', [model.trainingId, model.number]);
    if (!row) throw new Failure('model.unknown', { model: modelText(model) });
    return row;
  }

  /** A person's act: makes a candidate the promoted one; the one before becomes a candidate again. */
  async promote(model: Model): Promise<Model> {
    const now = await this.#changed(model);
    if (now.status === 'promoted') return now;
    if (now.status !== 'candidate')
      throw new Failure('run.refused', {
        what: `Promoting ${modelText(now)}`,
        why: now.status === 'rejected' ? say('the guard said that it is worse.') : say('it is archived.'),
      });
    const writes: Write[] = [
      {
        sql: `UPDATE deltatrain.models SET status = 'candidate' WHERE training = ? AND training_name = ? AND status = 'promoted'`,
        values: [now.trainingId, now.training],
      },
      {
        sql: `UPDATE deltatrain.models SET status = 'promoted' WHERE training = ? AND number = ? AND status = 'candidate'`,
        values: [now.trainingId, now.number],
        expect: 1,
      },
    ];
    return this.#change(model, writes, ({ status }) => status === 'promoted');
  }

  /** Writes, and answers the row as it is then; what nobody heard the end of is looked for. */
  async #change(model: Model, writes: readonly Write[], isDone: (now: Model) => boolean): Promise<Model> {
    try {
      await this.write(writes);
    } catch (error) {
      const now = mayHaveRun(error) ? await this.#changed(model).catch(() => null) : null;
      if (!now || !isDone(now)) throw error;
    }
    return this.#changed(model);
  }

  /** Puts a model aside: it is no base, no anchor, and needs its snapshots no more. */
  async archive(model: Model): Promise<Model> {
    const now = await this.#changed(model);
    if (now.status === 'archived') return now;
    if (now.status === 'promoted')
      throw new Failure('run.refused', {
        what: `Archiving ${modelText(now)}`,
        why: say('it is the promoted model. Promote another one first.'),
      });
    const writes: Write[] = [
      {
        sql: `UPDATE deltatrain.models SET status = 'archived' WHERE training = ? AND number = ? AND status = ?`,
        values: [now.trainingId, now.number, now.status],
        expect: 1,
      },
    ];
    return this.#change(model, writes, ({ status }) => status === 'archived');
  }

  async note(model: Model, text: string): Promise<Model> {
    await this.write([
      {
        sql: 'UPDATE deltatrain.models SET note = ? WHERE training = ? AND number = ?',
        values: [text, model.trainingId, model.number],
      },
    ]);
    return this.#changed(model);
  }

  /** The models that cannot be explained or repeated without this snapshot; archived ones do not count. */
  async neededBy(snapshot: Snapshot): Promise<Model[]> {
    // A model of a role that may not list snapshots does not know when its own was made.
    const isIt = (one: { name: string; createdAt: string } | null): boolean =>
      one !== null && one.name === snapshot.name && (one.createdAt === '' || one.createdAt === snapshot.createdAt);
    return (await this.models()).filter(
      (model) => model.status !== 'archived' && (isIt(model.snapshot) || isIt(model.base)),
    );
  }

  /** The snapshots that runs have made which have not ended, or did not live to remove them. */
  async snapshotsOfRuns(): Promise<{ name: string; createdAt: string }[]> {
    if (!(await this.#readable())) return [];
    const rows = await queryRows(
      this.store,
      'SELECT snapshot_name, snapshot_created_at FROM deltatrain.leases WHERE snapshot_name IS NOT NULL',
    );
    return rows.map(([name, createdAt]) => ({ name: String(name), createdAt: String(createdAt) }));
  }

  /** Everything measured of the models of a training id. */
  async evaluations(trainingId: string): Promise<Evaluation[]> {
    if (!(await this.#readable())) return [];
    const rows = await queryRows(
      this.store,
      `SELECT ${evaluationColumns.join(', ')} FROM deltatrain.evaluations WHERE training = ?`,
      [trainingId],
    );
    return rows.map(evaluationOfRow);
  }

  async keepEvaluations(evaluations: readonly Evaluation[]): Promise<void> {
    if (evaluations.length === 0) return;
    await this.prepare();
    await this.write(putEvaluations(evaluations));
  }
}
