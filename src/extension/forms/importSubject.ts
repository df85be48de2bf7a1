/** A file that becomes a table, and what is learnt from it: what the form shows, and what is done with its answers. */
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import { withTrainingFields } from '../../app/config/configEdits.ts';
import { learnerNames } from '../../app/config/learners.ts';
import type { FormFacts } from '../../app/form/checkAnswers.ts';
import { proposeColumns } from '../../app/form/proposeAnswers.ts';
import { answersOf, usualAnswers, writtenFields } from '../../app/form/writtenTraining.ts';
import { importedEvent } from '../../app/registry/record/happenings.ts';
import { safetyName, stemOf } from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import { say, together } from '../../base/say.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { readingOf } from '../../app/config/config.ts';
import { cellAt } from '../../data/page.ts';
import { parseTableName, type TableInfo, type TableName, tableText } from '../../data/table.ts';
import { textOf } from '../../data/value.ts';
import type { FileProfile, ImportResult } from '../../protocol/engine.ts';
import { type FormAnswers, type FormColumn, type FormState, newStore } from '../../protocol/form.ts';
import { countText, deltaText } from '../../words/numbers.ts';
import type { Home } from '../connections/homes.ts';
import { freeName, isSameHome, makeStore, namedIn } from '../connections/newStore.ts';
import type { Session } from '../connections/session.ts';
import { requireOnProduction } from '../talk/consent.ts';
import type { Target } from '../tree/target.ts';
import type { FormParts, FormSubject } from './formParts.ts';
import { importQuestion, loadFile, tableOrNull } from './loadFile.ts';
import { homeToWrite } from './homeToWrite.ts';
import { trainNow } from './trainNow.ts';

const firstRows = 6;
/** Characters of a cell that are shown. */
const shownCell = 60;
/** More deletes than this share of a table ask once more. */
const maxDeletes = 0.2;

/** What a column can be, beside what it was found to be. */
const commonTypes = [
  'BIGINT',
  'DOUBLE',
  'DECIMAL(18,2)',
  'VARCHAR(255)',
  'TEXT',
  'BOOLEAN',
  'DATE',
  'DATETIME',
  'JSON',
];

/** The first cells of a column, cut where they are long. */
export const shownFirst = (page: FileProfile['sample'], column: number): string[] =>
  Array.from({ length: Math.min(firstRows, page.rows) }, (_, row) => {
    const cells = page.cells[column];
    const text = cells ? textOf(cellAt(cells, row)) : '';
    return text.length > shownCell ? `${text.slice(0, shownCell)}…` : text;
  });

const columnsOf = ({ columns, sample }: FileProfile): FormColumn[] =>
  columns.map(({ name, type, unique, distinct, empty }, c) => ({
    name,
    type,
    typeCanChange: true,
    unique,
    distinct,
    empty,
    first: shownFirst(sample, c),
  }));

/** The folder of a file, as it is called in this window. */
function folderText(uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const own = dirname(uri.fsPath);
  return folder && folder.uri.fsPath === own ? folder.name : vscode.workspace.asRelativePath(own);
}

/** The stores that rows can go to: those that may be written, and a new one in a folder that has none; the nearest to a file. */
async function storesFor(
  { connections }: FormParts,
  file: vscode.Uri,
): Promise<{ stores: FormState['stores']; nearest: string }> {
  const all = (await connections.list()).filter(({ config }) => !config.readOnly);
  const homes = connections.homes.list();
  const folders = vscode.workspace.isTrusted ? homes.filter(({ kind }) => kind === 'folder') : [];
  const places = folders.length > 0 ? folders : homes.filter(({ kind }) => kind === 'storage');
  const fresh = places.filter((home) => !all.some((one) => isSameHome(one.home, home)));
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.toString();
  const isNear = (home: Home | null): boolean => home !== null && home.uri.toString() === folder;
  const stores = [
    ...all.map(({ id }) => ({ id, text: id })),
    ...fresh.map((home) => ({
      id: newStoreId(home),
      text: home.kind === 'storage' ? say('New store') : say('New store in {0}', home.name),
    })),
  ];
  const freshHere = fresh.find(isNear);
  const near = all.find(({ home }) => isNear(home))?.id ?? (freshHere && newStoreId(freshHere));
  return { stores, nearest: near ?? stores[0]?.id ?? '' };
}

const newStoreId = (home: Home): string => `${newStore}${home.uri.toString()}`;

/** What is answered at first: a table that is learnt from already stays what it is. */
async function firstAnswers(
  { connections, trainings }: FormParts,
  file: string,
  { connection: store, database, table }: Target & { readonly connection: string },
  proposed: ReturnType<typeof proposeColumns>,
): Promise<FormAnswers> {
  const databases = database === undefined ? await connections.opened(store)?.store.databases() : [database];
  const name = table ?? { database: databases?.[0] ?? 'data', table: stemOf(basename(file, extname(file))) };
  const all = await trainings.list();
  const own = all.find((one) => one.connection.id === store && one.written.table === tableText(name));
  const { key, features } = proposed;
  if (own) return answersOf(own.name, own.written, { store, key, features });
  const taken = all.map((one) => one.name);
  return {
    store,
    table: tableText(name),
    mode: 'upsert',
    types: {},
    ...proposed,
    name: freeName(name.table, taken),
    ...usualAnswers,
  };
}

export class ImportSubject implements FormSubject {
  readonly #parts: FormParts;
  readonly #file: string;
  readonly #profile: FileProfile;
  readonly #asked = new Map<string, NonNullable<FileProfile['asked']>>();
  readonly state: Omit<FormState, 'findings'>;
  readonly id: string;

  private constructor(parts: FormParts, file: string, profile: FileProfile, state: Omit<FormState, 'findings'>) {
    this.#parts = parts;
    this.#file = file;
    this.#profile = profile;
    this.state = state;
    this.id = `file ${file}`;
  }

  /** Reads the file; the failures are those of an import. */
  static async read(parts: FormParts, uri: vscode.Uri, target: Target, signal: AbortSignal): Promise<ImportSubject> {
    if (uri.scheme !== 'file')
      throw new Failure('file.unreadable', { file: uri.path, reason: say('it is not on this machine') });
    const file = uri.fsPath;
    const profile = await parts.connections.opener.profile(file, null, signal);
    const { stores, nearest } = await storesFor(parts, uri);
    const columns = columnsOf(profile);
    const on = { ...target, connection: target.connection ?? nearest };
    const proposed = proposeColumns(columns, profile.keys, profile.rows);
    const answers = await firstAnswers(parts, file, on, proposed);
    return new ImportSubject(parts, file, profile, {
      kind: 'import',
      title: basename(file),
      notes: profile.notes,
      place: folderText(uri),
      rows: profile.rows,
      whole: profile.whole,
      columns,
      stores,
      types: commonTypes,
      learners: learnerNames,
      answers,
    });
  }

  /** Null while its connection is not open, unless it may be opened. */
  async #session(store: string, opening: boolean): Promise<Session | null> {
    const { connections } = this.#parts;
    if (store.startsWith(newStore)) return null;
    const known = connections.opened(store);
    if (known || opening) return known ?? connections.session(store, { create: true });
    const connection = (await connections.list()).find(({ id }) => id === store);
    return connection?.place.kind === 'embedded' ? connections.sessionUnlessClosed(store).catch(() => null) : null;
  }

  async #table(answers: FormAnswers, opening: boolean): Promise<TableInfo | null> {
    const name = parseTableName(answers.table);
    const session = name ? await this.#session(answers.store, opening) : null;
    return session && name ? tableOrNull(session, name) : null;
  }

  /** What the file says of a key: from what is known, else by reading it. */
  async #askedFor(key: readonly string[], signal: AbortSignal): Promise<FileProfile['asked']> {
    const known = this.#profile.keys.some((set) => set.every((name) => key.includes(name)));
    if (key.length === 0 || known) return null;
    const id = JSON.stringify([...key].sort());
    const found = this.#asked.get(id) ?? (await this.#parts.connections.opener.profile(this.#file, key, signal)).asked;
    if (found) this.#asked.set(id, found);
    return found;
  }

  async facts(
    answers: FormAnswers,
    opening: boolean,
    signal: AbortSignal,
  ): Promise<FormFacts & { trainings: readonly string[] }> {
    const { trainings } = this.#parts;
    const table = await this.#table(answers, opening);
    const all = await trainings.list();
    const of = all.filter((one) => one.connection.id === answers.store && one.written.table === answers.table);
    const own = of.map(({ name }) => name);
    return {
      kind: 'import',
      columns: this.state.columns,
      whole: this.#profile.whole,
      rows: this.#profile.rows,
      keys: this.#profile.keys,
      asked: table ? null : await this.#askedFor(answers.key, signal),
      table,
      // The table's own training is the one that learns from it again.
      taken: all.map(({ name }) => name).filter((name) => !own.includes(name)),
      trainings: own,
    };
  }

  async submit(
    answers: FormAnswers,
    train: boolean,
    signal: AbortSignal,
    report: (sentence: string) => void,
  ): Promise<() => unknown> {
    const { connections } = this.#parts;
    const table = parseTableName(answers.table);
    if (!table) throw new Error('Broken invariant: the answers were checked');
    const session = await this.#openStore(answers.store);
    const existing = await tableOrNull(session, table);
    try {
      const loaded = await this.#load(session, table, existing, answers, signal, report);
      // What is trained next is told of by its own panel; what can be undone is said in any case.
      if (!train || loaded.safetySnapshot !== null || loaded.notes.length > 0) this.#tell(session, table, loaded);
      if (!train) return () => undefined;
      const name = await this.#write(session, answers, existing?.key ?? answers.key);
      return () => trainNow(this.#parts, session, name);
    } finally {
      connections.noticeChange(session.connection.id);
    }
  }

  async #openStore(store: string): Promise<Session> {
    const { connections } = this.#parts;
    if (!store.startsWith(newStore)) return connections.session(store, { create: true });
    const home = connections.homes.list().find((one) => newStoreId(one) === store);
    if (!home) throw new Failure('connection.unknown', { connection: store });
    const taken = (await namedIn(connections, home)).map(({ name }) => name);
    return connections.session(await makeStore(connections, home, freeName('local', taken)));
  }

  async #load(
    session: Session,
    table: TableName,
    existing: TableInfo | null,
    answers: FormAnswers,
    signal: AbortSignal,
    report: (sentence: string) => void,
  ): Promise<ImportResult> {
    const { ask, record } = this.#parts;
    await requireOnProduction(ask, {
      environment: session.connection.config.environment,
      name: tableText(table),
      question: importQuestion(this.#file, table),
      detail: '',
      yes: say('Import'),
    });
    const safetySnapshot = existing ? await safetyName(session.store, { level: 'table', table }, 'import') : null;
    const key = existing ? null : answers.key;
    const mode = existing ? answers.mode : 'upsert';
    const types = existing ? {} : answers.types;
    const reading = await this.#reading(session, table);
    const request = { file: this.#file, table, key, mode, safetySnapshot, maxDeletes, types, reading };
    const loaded = await loadFile(ask, session, request, signal, report);
    await record(session, importedEvent(table, basename(this.#file), loaded));
    return loaded;
  }

  /** What was chosen for files of this table, where a deltatrain.json says it. */
  async #reading({ connection }: Session, table: TableName): Promise<Reading> {
    const homes = await this.#parts.connections.homes.read();
    const home = homes.find(({ uri }) => uri.toString() === connection.home?.uri.toString());
    return home ? readingOf(home.config, connection.name, tableText(table)) : {};
  }

  #tell({ connection }: Session, table: TableName, loaded: ImportResult): void {
    const target = { connection: connection.id, table };
    const undo = loaded.safetySnapshot !== null && {
      title: say('Undo…'),
      command: 'deltatrain.snapshot.restore',
      arguments: [{ ...target, snapshot: loaded.safetySnapshot }],
    };
    this.#parts.tell.say(
      'info',
      together(
        say('{0}: {1} ({2} unchanged).', tableText(table), deltaText(loaded), countText(loaded.unchanged)),
        ...loaded.notes,
      ),
      ...(undo ? [undo] : []),
    );
  }

  /** Answers the name of the training. */
  async #write(session: Session, answers: FormAnswers, key: readonly string[]): Promise<string> {
    const { connections, trainings } = this.#parts;
    const name = answers.name.trim();
    const home = homeToWrite(connections, session.connection);
    const known = (await trainings.list()).find((one) => one.name === name && isSameHome(one.home, home));
    const fields = writtenFields(answers, { connection: session.connection.name, key }, known?.written ?? null);
    await connections.homes.edit(home, (text) => withTrainingFields(text, name, fields));
    return name;
  }
}
