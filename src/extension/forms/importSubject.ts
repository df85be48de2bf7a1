/** A file that becomes a table, and what is learnt from it: what the form shows, and what is done with its answers. */
import { isFile } from '../../data/place.ts';
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';
import { withImport, withTrainingFields } from '../../app/config/configEdits.ts';
import { learnerNames } from '../../app/config/learners.ts';
import type { FormFacts } from '../../app/form/checkAnswers.ts';
import { proposeColumns } from '../../app/form/proposeAnswers.ts';
import { readingOfTyped, typedOf } from '../../app/form/typedReading.ts';
import { answersOf, usualAnswers, writtenFields } from '../../app/form/writtenTraining.ts';
import { importedEvent } from '../../app/registry/record/happenings.ts';
import { safetyName, stemOf } from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import { say, together } from '../../base/say.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { parseTableName, type TableInfo, type TableName, tableText } from '../../data/table.ts';
import type { FileProfile, ImportResult } from '../../protocol/engine.ts';
import { type FormAnswers, type FormFile, type FormState, newStore } from '../../protocol/form.ts';
import { countText, deltaText } from '../../words/numbers.ts';
import type { Home } from '../connections/homes.ts';
import { freeName, isSameHome, makeStore, namedIn } from '../connections/newStore.ts';
import type { Session } from '../connections/session.ts';
import { requireOnProduction } from '../talk/consent.ts';
import type { Target } from '../tree/target.ts';
import type { FormParts, FormSubject } from './formParts.ts';
import { tableIfThere } from '../../app/versions/tableIfThere.ts';
import { importQuestion, loadFile } from './loadFile.ts';
import { foundIn, isSameReading, rememberedOf } from './shownFile.ts';
import { homeToWrite } from './homeToWrite.ts';
import { answersReread } from '../../app/form/answersReread.ts';
import { trainNow } from './trainNow.ts';

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

/** The table that a file goes to, where nobody named one. */
async function firstTable(
  { connections }: FormParts,
  file: string,
  { connection: store, database, table }: Target & { readonly connection: string },
): Promise<TableName> {
  if (table) return table;
  const databases = database === undefined ? await connections.opened(store)?.store.databases() : [database];
  return { database: databases?.[0] ?? 'data', table: stemOf(basename(file, extname(file))) };
}

/** What is answered at first: a table that is learnt from already stays what it is. */
async function firstAnswers(
  { trainings }: FormParts,
  { store, table: name, remembered }: { store: string; table: TableName; remembered: Reading },
  proposed: ReturnType<typeof proposeColumns>,
): Promise<FormAnswers> {
  const reading = typedOf(remembered);
  const all = await trainings.list();
  const own = all.find((one) => one.connection.id === store && one.written.table === tableText(name));
  const { key, features } = proposed;
  if (own) return { ...answersOf(own.name, own.written, { store, key, features }), reading };
  const taken = all.map((one) => one.name);
  return {
    store,
    table: tableText(name),
    mode: 'upsert',
    types: {},
    reading,
    ...proposed,
    name: freeName(name.table, taken),
    ...usualAnswers,
  };
}

export class ImportSubject implements FormSubject {
  readonly #parts: FormParts;
  readonly #file: string;
  #profile: FileProfile;
  /** How it was read for what is shown. */
  #reading: Reading;
  readonly #asked = new Map<string, NonNullable<FileProfile['asked']>>();
  state: Omit<FormState, 'findings'>;
  readonly id: string;

  private constructor(
    parts: FormParts,
    of: { readonly file: string; readonly profile: FileProfile; readonly reading: Reading },
    state: Omit<FormState, 'findings'>,
  ) {
    this.#parts = parts;
    this.#file = of.file;
    this.#profile = of.profile;
    this.#reading = of.reading;
    this.state = state;
    this.id = `file ${of.file}`;
  }

  /** Reads the file; the failures are those of an import. */
  static async read(parts: FormParts, uri: vscode.Uri, target: Target, signal: AbortSignal): Promise<ImportSubject> {
    if (uri.scheme !== 'file')
      throw new Failure('file.unreadable', { file: uri.path, reason: say('it is not on this machine') });
    const file = uri.fsPath;
    const { stores, nearest } = await storesFor(parts, uri);
    const store = target.connection ?? nearest;
    const table = await firstTable(parts, file, { ...target, connection: store });
    const connection = (await parts.connections.list()).find(({ id }) => id === store);
    const remembered = connection ? await rememberedOf(parts, connection, tableText(table)) : {};
    const profile = await parts.connections.opener.profile(file, null, remembered, signal);
    const found = foundIn(profile);
    const proposed = proposeColumns(found.columns, profile.keys, profile.rows);
    const answers = await firstAnswers(parts, { store, table, remembered }, proposed);
    return new ImportSubject(
      parts,
      { file, profile, reading: remembered },
      {
        kind: 'import',
        title: basename(file),
        ...found,
        place: folderText(uri),
        stores,
        types: commonTypes,
        learners: learnerNames,
        answers,
      },
    );
  }

  /** What was remembered and has no field, with what is typed. */
  #readingOf(answers: FormAnswers, { types, quote, leaveColumns }: Reading = this.#reading): Reading {
    return {
      ...(types && { types }),
      ...(quote !== undefined && { quote }),
      ...(leaveColumns !== undefined && { leaveColumns }),
      ...readingOfTyped(answers.reading).reading,
    };
  }

  async reread(answers: FormAnswers, signal: AbortSignal): Promise<FormFile | null> {
    const reading = this.#readingOf(answers);
    if (isSameReading(reading, this.#reading) || readingOfTyped(answers.reading).problems.length > 0) return null;
    this.#profile = await this.#parts.connections.opener.profile(this.#file, null, reading, signal);
    this.#reading = reading;
    this.#asked.clear();
    const before = this.state.columns.map(({ name }) => name);
    const found = foundIn(this.#profile);
    this.state = { ...this.state, ...found };
    const { keys, rows } = this.#profile;
    return { ...found, answers: answersReread(answers, before, { columns: found.columns, keys, rows }) };
  }

  /** Null while its connection is not open, unless it may be opened. */
  async #session(store: string, opening: boolean): Promise<Session | null> {
    const { connections } = this.#parts;
    if (store.startsWith(newStore)) return null;
    const known = connections.opened(store);
    if (known || opening) return known ?? connections.session(store, { create: true });
    const connection = (await connections.list()).find(({ id }) => id === store);
    return connection && isFile(connection.place) ? connections.sessionUnlessClosed(store).catch(() => null) : null;
  }

  async #table(answers: FormAnswers, opening: boolean): Promise<TableInfo | null> {
    const name = parseTableName(answers.table);
    const session = name ? await this.#session(answers.store, opening) : null;
    return session && name ? tableIfThere(session.store, name) : null;
  }

  /** What the file says of a key: from what is known, else by reading it. */
  async #askedFor(key: readonly string[], signal: AbortSignal): Promise<FileProfile['asked']> {
    const known = this.#profile.keys.some((set) => set.every((name) => key.includes(name)));
    if (key.length === 0 || known) return null;
    const id = JSON.stringify([...key].sort());
    const found =
      this.#asked.get(id) ??
      (await this.#parts.connections.opener.profile(this.#file, key, this.#reading, signal)).asked;
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
    const existing = await tableIfThere(session.store, table);
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
    const remembered = await rememberedOf(this.#parts, session.connection, tableText(table));
    const typed = this.#readingOf(answers, remembered);
    const reading = Object.keys(types).length > 0 ? { ...typed, types: { ...typed.types, ...types } } : typed;
    const request = { file: this.#file, table, key, mode, safetySnapshot, maxDeletes, reading };
    const loaded = await loadFile(ask, session, request, signal, report);
    await record(session, importedEvent(table, basename(this.#file), loaded));
    if (!isSameReading(reading, remembered)) await this.#remember(session, table, reading);
    return loaded;
  }

  /** The next file of the table is read the same way, where its connection stands in a deltatrain.json. */
  async #remember({ connection }: Session, table: TableName, reading: Reading): Promise<void> {
    if (!connection.home) return;
    const edit = (text: string): string => withImport(text, connection.name, tableText(table), reading);
    await this.#parts.connections.homes.edit(connection.home, edit);
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
