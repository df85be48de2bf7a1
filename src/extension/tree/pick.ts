/** Finds what a command needs: as it was told, as the only one there is, or by asking, with what is selected in the tree first. */
import { isFile } from '../../data/place.ts';
import { baseSnapshotOf, sortedSnapshots } from '../../app/tree/nodes.ts';
import { Failure } from '../../base/failure.ts';
import { type ModelSummary, modelText } from '../../data/model.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { isSnapshotName, type Snapshot, tableIn } from '../../data/version.ts';
import type { Ask, Choice } from '../talk/ask.ts';
import { placeText } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import type { ConfiguredTraining, OpenTraining, Trainings } from '../connections/trainings.ts';
import type { Overview } from './overview.ts';
import type { Session } from '../connections/session.ts';
import type { Target } from './target.ts';
import { say } from '../../base/say.ts';
import { countText, deltaText } from '../../words/numbers.ts';

/** A table of an open connection. */
export interface TableAt {
  readonly session: Session;
  readonly table: TableName;
}

export interface PickOptions {
  readonly ask: Ask;
  readonly connections: Connections;
  readonly trainings: Trainings;
  readonly overview: Overview;
  /** What is selected in the tree, to be offered first. */
  readonly selected: () => Target;
}

/** The one that is selected goes first; the order of the others stays. */
function firstly<T>(choices: readonly Choice<T>[], isFirst: (value: T) => boolean): Choice<T>[] {
  return [...choices.filter(({ value }) => isFirst(value)), ...choices.filter(({ value }) => !isFirst(value))];
}

/** What a snapshot may be called, said below the field where one is typed. */
export const snapshotNameRule = (): string =>
  say('Use lower-case letters, digits and _, at most 64, not starting with a digit; live is the table now.');

/**
 * What a command works on: each question is asked only where the target does not say it. `cancelled` where a person
 * closes one.
 */
export class Pick {
  readonly #options: PickOptions;

  constructor(options: PickOptions) {
    this.#options = options;
  }

  async connectionId(target: Target, title: string, among?: (id: string) => boolean): Promise<string> {
    if (target.connection !== undefined) return target.connection;
    const { ask, connections, selected } = this.#options;
    const all = (await connections.list()).filter(({ id }) => among?.(id) ?? true);
    const [only] = all;
    if (!only) throw new Failure('connection.unknown', { connection: '' });
    if (all.length === 1) return only.id;
    const first = selected().connection;
    const choices = all.map(
      ({ id, config, place }): Choice<string> => ({
        label: id,
        value: id,
        description: connections.isOpen(id) ? say('connected') : config.environment,
        icon: isFile(config) ? 'database' : 'server',
        detail: placeText(place),
      }),
    );
    return ask.pick(
      title,
      firstly(choices, (id) => id === first),
    );
  }

  async session(target: Target, title: string): Promise<Session> {
    return this.#options.connections.session(await this.connectionId(target, title));
  }

  async table(target: Target, title: string): Promise<TableAt> {
    const session = await this.session(target, title);
    if (target.table) return { session, table: target.table };
    const { ask, selected } = this.#options;
    const databases = target.database === undefined ? await session.store.databases() : [target.database];
    const tables = (await Promise.all(databases.map((one) => session.store.tables(one)))).flat();
    const [only] = tables;
    if (!only) throw new Failure('table.unknown', { table: databases.join(', ') || session.connection.id });
    if (tables.length === 1) return { session, table: only.name };
    const trained = await this.#options.trainings.list();
    const first = selected().table;
    const hasTraining = (table: TableName): boolean =>
      trained.some(({ written }) => written.table === tableText(table));
    const choices = tables.map(
      ({ name, columns }): Choice<TableName> => ({
        label: tableText(name),
        value: name,
        description: say('{0} columns', columns.length),
        icon: 'table',
      }),
    );
    const isSelected = (table: TableName): boolean => first !== undefined && tableText(first) === tableText(table);
    return { session, table: await ask.pick(title, firstly(firstly(choices, hasTraining), isSelected)) };
  }

  /** Snapshots of the table, newest first. */
  async snapshots({ session, table }: TableAt): Promise<Snapshot[]> {
    return sortedSnapshots((await this.#options.overview.facts(session, { name: table })).snapshots);
  }

  async snapshot(target: Target, title: string): Promise<TableAt & { snapshot: Snapshot }> {
    const chosen = await this.table(target, title);
    if (target.snapshot !== undefined) return { ...chosen, snapshot: await this.byName(chosen, target.snapshot) };
    return { ...chosen, snapshot: await this.ofSnapshots(chosen, await this.snapshots(chosen), title) };
  }

  /** The snapshot of that name; looked up where snapshots cannot be listed. */
  async byName(at: TableAt, name: string): Promise<Snapshot> {
    const found = (await this.snapshots(at)).find((one) => one.name === name);
    if (found) return found;
    if (await this.#isListable(at))
      throw new Failure('version.unknown', { snapshot: name, table: tableText(at.table) });
    return this.#lookUp(at, name);
  }

  async #isListable({ session }: TableAt): Promise<boolean> {
    return (await this.#options.overview.catalog(session)).listable;
  }

  async #lookUp({ session, table }: TableAt, name: string): Promise<Snapshot> {
    const found = await session.store.findSnapshot(name, table);
    if (!found) throw new Failure('version.unknown', { snapshot: name, table: tableText(table) });
    this.#options.overview.addTyped(session, table, found);
    return found;
  }

  /** A snapshot whose name a person types. */
  async typed(at: TableAt): Promise<Snapshot> {
    const name = await this.#options.ask.text({
      title: say('Name of a snapshot that holds {0}', tableText(at.table)),
      check: (text) => (isSnapshotName(text) ? undefined : snapshotNameRule()),
    });
    return this.#lookUp(at, name);
  }

  async typedWhereUnlisted(at: TableAt): Promise<Snapshot | null> {
    return (await this.#isListable(at)) ? null : this.typed(at);
  }

  async ofSnapshots(at: TableAt, all: readonly Snapshot[], title: string): Promise<Snapshot> {
    const { table } = at;
    const isListable = await this.#isListable(at);
    if (all.length === 0 && isListable) throw new Failure('version.unknown', { snapshot: '', table: tableText(table) });
    const first = this.#options.selected().snapshot;
    const choices = all.map((snapshot): Choice<Snapshot | null> => {
      const rows = tableIn(snapshot, table)?.rows ?? null;
      return {
        label: snapshot.name,
        value: snapshot,
        description: rows === null ? '' : say('{0} rows', countText(rows)),
        icon: 'tag',
      };
    });
    const typed: Choice<Snapshot | null> = { label: say('Type a name…'), value: null, icon: 'edit' };
    const chosen = await this.#options.ask.pick(title, [
      ...firstly(choices, (one) => one?.name === first),
      ...(isListable ? [] : [typed]),
    ]);
    return chosen ?? this.typed(at);
  }

  /** One of these snapshots of `of`. */
  async named(all: readonly Snapshot[], of: string, title: string): Promise<Snapshot> {
    if (all.length === 0) throw new Failure('version.unknown', { snapshot: '', table: of });
    return this.#options.ask.pick(
      title,
      all.map((value): Choice<Snapshot> => ({ label: value.name, value, description: value.level, icon: 'tag' })),
    );
  }

  async database(target: Target, title: string): Promise<{ session: Session; database: string }> {
    const session = await this.session(target, title);
    if (target.database !== undefined) return { session, database: target.database };
    const all = await session.store.databases();
    const [only] = all;
    if (only === undefined) throw new Failure('database.unknown', { database: '' });
    if (all.length === 1) return { session, database: only };
    const choices = all.map((value): Choice<string> => ({ label: value, value, icon: 'library' }));
    const first = this.#options.selected().database;
    const chosen = await this.#options.ask.pick(
      title,
      firstly(choices, (one) => one === first),
    );
    return { session, database: chosen };
  }

  /** The snapshot that changes of a table are counted from, without asking; null when it has none. */
  async base({ session, table }: TableAt): Promise<Snapshot | null> {
    return baseSnapshotOf(await this.#options.overview.facts(session, { name: table }));
  }

  /** The configured training of a table, or of a name; null where there is none. */
  async configured(target: Target, title: string): Promise<ConfiguredTraining | null> {
    const { ask, trainings, selected } = this.#options;
    if (target.training !== undefined && target.connection !== undefined)
      return trainings.find(target.connection, target.training);
    const wanted = target.table && tableText(target.table);
    const all = (await trainings.list()).filter(
      ({ connection, written, name }) =>
        (target.connection === undefined || connection.id === target.connection) &&
        (wanted === undefined || written.table === wanted) &&
        (target.training === undefined || name === target.training),
    );
    const [only] = all;
    if (!only) return null;
    if (all.length === 1) return only;
    const first = selected();
    const choices = all.map(
      (one): Choice<ConfiguredTraining> => ({
        label: one.name,
        value: one,
        description: `${one.connection.id} · ${one.written.table}`,
        icon: 'beaker',
      }),
    );
    return ask.pick(
      title,
      firstly(choices, ({ written }) => first.table !== undefined && written.table === tableText(first.table)),
    );
  }

  async training(target: Target, title: string): Promise<OpenTraining> {
    const configured = await this.configured(target, title);
    if (configured) return this.#options.trainings.open(configured);
    throw new Failure('training.unknown', {
      training: target.training ?? (target.table ? tableText(target.table) : ''),
    });
  }

  async model(target: Target, title: string): Promise<{ session: Session; model: ModelSummary }> {
    const { ask, overview, selected } = this.#options;
    const session = await this.session(target, title);
    const all = (await overview.catalog(session)).models
      .filter(
        (model) =>
          (target.training === undefined || model.training === target.training) &&
          (target.table === undefined || model.table === tableText(target.table)),
      )
      .sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
    if (target.model !== undefined) {
      const found = all.find(({ number }) => number === target.model);
      if (found) return { session, model: found };
      throw new Failure('model.unknown', {
        model:
          target.training === undefined
            ? `m${target.model}`
            : modelText({ training: target.training, number: target.model }),
      });
    }
    if (all.length === 0) throw new Failure('model.unknown', { model: target.training ?? session.connection.id });
    const first = selected();
    const choices = all.map(
      (model): Choice<ModelSummary> => ({
        label: modelText(model),
        value: model,
        description: `${model.status} · ${model.snapshot.name}${model.delta ? ` · ${deltaText(model.delta)}` : ''}`,
        icon: 'circuit-board',
      }),
    );
    const model = await ask.pick(
      title,
      firstly(choices, (one) => one.number === first.model && one.training === first.training),
    );
    return { session, model };
  }
}
