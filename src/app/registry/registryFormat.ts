/** Which version of the registry a store holds: who may read it, and who moves it forward. */
import { dialects } from '../../git4data/dialects.ts';
import { Failure } from '../../base/failure.ts';
import { later, say } from '../../base/say.ts';
import type { Store, Write } from '../../data/store.ts';
import { makeStep, migrations, newestVersion } from './migrations.ts';
import { queryRows } from './queryRows.ts';
import { createDatabase, createMeta, readSchemaVersion } from './registrySchema.ts';

/** What a role needs that may not make databases, and the way around it. */
const registryNeeds = later(
  'the database "deltatrain" and all rights in it: CREATE DATABASE deltatrain, then for this role GRANT ALL ON DATABASE deltatrain and GRANT ALL ON TABLE deltatrain.* (or models are kept elsewhere: "registry": { "connection": "…" } in the training)',
);

/** What a role needs that only looks. */
const readingNeeds = later(
  'SELECT on the tables of the database "deltatrain": GRANT SELECT ON TABLE deltatrain.* for this role',
);

/** The failure that whoever shares a registry is asked about before it is moved. */
export type OlderRegistry = Failure<'registry.older'>;

/** Asked before a registry that others share is moved forward: throws where it is not to be. */
export type MayMigrate = (question: OlderRegistry) => Promise<void>;

const refuse: MayMigrate = (question) => Promise.reject(question);

/** Steps that other programs make at the same moment, before one gives up. */
const attempts = 8;

/**
 * The version of the registry in a store: `readable` to read by it, `prepare` before the first write. Failures: `store.newer`,
 * `registry.older`, `permission.missing`.
 */
export class RegistryFormat {
  readonly #store: Store;
  readonly #mayMigrate: MayMigrate;
  /** The last version that was read, while it may be read; a registry only ever moves forward. */
  #known: number | null = null;

  /** Without `mayMigrate` an older registry that others share is refused for writing, with `registry.older`. */
  constructor(store: Store, mayMigrate: MayMigrate = refuse) {
    this.#store = store;
    this.#mayMigrate = mayMigrate;
  }

  /** Says what a role lacks that may not do this in the registry's database. */
  async allowed<T>(work: Promise<T>, need = registryNeeds): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!Failure.is(error, 'permission.missing')) throw error;
      const what = need === readingNeeds ? later('Reading the models on {0}') : later('Keeping models on {0}');
      throw new Failure(
        'permission.missing',
        { what: say(what, (await this.#store.facts()).label), need: say(need) },
        { cause: error },
      );
    }
  }

  /** The version in the store, 0 where only the database is there, null when there is none yet. A newer one is refused. */
  async #read(need: string): Promise<number | null> {
    const version = await this.#readAny(need);
    if (version !== null && version > newestVersion)
      throw new Failure('store.newer', { store: await this.#label(), version, known: newestVersion });
    if (version !== null && version > 0) this.#known = version;
    return version;
  }

  async #readAny(need: string): Promise<number | null> {
    if (!dialects[(await this.#store.facts()).dialect].runsQueries) return null;
    try {
      const rows = await this.allowed(queryRows(this.#store, readSchemaVersion), need);
      return Number(rows[0]?.[0] ?? 0);
    } catch (error) {
      if (Failure.is(error, 'database.unknown')) return null;
      if (Failure.is(error, 'table.unknown')) return 0;
      throw error;
    }
  }

  /** The version to read by; null when there is no registry. Nothing is written for it. */
  async readable(): Promise<number | null> {
    const version = this.#known ?? (await this.#read(readingNeeds));
    return version === 0 ? null : version;
  }

  /** Makes the registry where there is none, and moves an older one forward; `store.readOnly`, `store.newer`, `registry.older`. */
  async prepare(): Promise<void> {
    const facts = await this.#store.facts();
    if (facts.readOnly) throw new Failure('store.readOnly', { store: facts.label });
    // Read each time: another program may have moved it on, and what this one would write then is not what is read there.
    let version = await this.#read(registryNeeds);
    if (version === newestVersion) return;
    // An administrator may have made the database for a role that may make none.
    if (version === null) await this.allowed(queryRows(this.#store, createDatabase));
    if (version === null || version === 0) await this.allowed(queryRows(this.#store, createMeta));
    else if (facts.isShared) await this.#mayMigrate(await this.#question(version));
    for (let left = attempts; (version ?? 0) < newestVersion; left--) {
      await this.#step(version ?? 0, left);
      version = await this.#read(registryNeeds);
    }
  }

  async #step(from: number, left: number): Promise<void> {
    const step = migrations[from];
    if (!step) throw new Error('Broken invariant: every older version has its step');
    try {
      await this.allowed(makeStep(this.#store, from, step));
    } catch (error) {
      // Somebody else made it at the same moment.
      if (left <= 1 || !Failure.is(error, 'row.conflict')) throw error;
    }
  }

  /** False where writing would fail or ask: what is nice to keep, and nobody asked for, is not kept then. */
  async mayWriteQuietly(): Promise<boolean> {
    const { readOnly, isShared } = await this.#store.facts();
    return !readOnly && (!isShared || (await this.#read(readingNeeds)) === newestVersion);
  }

  async #question(version: number): Promise<OlderRegistry> {
    return new Failure('registry.older', { store: await this.#label(), version, known: newestVersion });
  }

  async #label(): Promise<string> {
    return say('The registry in {0}', (await this.#store.facts()).label);
  }

  /** Statements of the registry as one transaction. */
  write(statements: readonly Write[]): Promise<number[]> {
    return this.allowed(this.#store.write(statements));
  }
}
