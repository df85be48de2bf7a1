/** `holds`: every version, model, decision and copy that still has a row. */
import { isFile } from '../../../data/place.ts';
import { later, say } from '../../../base/say.ts';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  decisionsOn,
  type HeldDecision,
  type KeyedRow,
  modelKeeps,
  type ModelKeeps,
} from '../../../app/versions/registryHolders.ts';
import {
  type KeyedModel,
  type ModelHolds,
  type RowHolders,
  rowHolders,
  type SoughtRow,
} from '../../../app/versions/rowHolders.ts';
import { countText } from '../../../words/numbers.ts';
import { Failure } from '../../../base/failure.ts';
import { modelText } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import { type ColumnInfo, tableText } from '../../../data/table.ts';
import { cachedSnapshots, cacheFolder } from '../../../engine/rowCache/place.ts';
import { leftFolders } from '../../../host/ownFolders.ts';
import { rowHash } from '../../../stores/hashRows.ts';
import type { OpenedConnection } from '../../connection/connection.ts';
import type { Command, Invocation } from '../command.ts';
import { readTable } from '../tableOption.ts';
import { keyValues } from './keyText.ts';
import { registriesBeside } from './knownModels.ts';

const modelSentences: Readonly<Record<ModelHolds, string>> = {
  train: later('was trained on it'),
  validation: later('was chosen by it (a validation row)'),
  test: later('was measured on it (a test row)'),
  seen: later('was made from a version that holds it'),
  inherited: later('was trained from a model that learnt it'),
  unknown: later('cannot be told: its snapshot is gone or cannot be read'),
};

const keepsSentences: Readonly<Record<ModelKeeps, string>> = {
  rows: later('its artifact has the row, each cell as the bin that it falls into'),
  facts: later('the registry keeps a hash of it beside the model, and its values among the counts of frequent ones'),
};

const decisionText = ({ kind, id, of }: HeldDecision): string =>
  kind === 'exclusion'
    ? say('exclusion  {0} of "{1}" keeps a hash of its key, and of what it held', id, of)
    : say('restore    {0} of {1} keeps a hash of its key, and of what it held', id, of);

interface BackupHolds {
  readonly file: string;
  readonly versions: readonly string[];
  /** Why nobody can say, else null. */
  readonly unread: string | null;
}

interface HoldsDocument {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly live: boolean;
  readonly snapshots: readonly string[];
  readonly unread: readonly { readonly snapshot: string; readonly reason: string }[];
  readonly models: readonly {
    readonly model: string;
    readonly holds: ModelHolds;
    /** Absent where it keeps nothing besides. */
    readonly keeps?: readonly ModelKeeps[];
  }[];
  readonly decisions: readonly HeldDecision[];
  readonly backups: readonly BackupHolds[];
  /** The folder of cached rows of versions that have it. */
  readonly caches?: readonly { readonly folder: string; readonly versions: readonly string[] }[];
  /** Folders that programs which were killed have left: whose rows are in them, nobody can say. */
  readonly left?: readonly string[];
}

function textOfHolds(document: HoldsDocument): string {
  const { table, key, live, snapshots, unread, models, decisions, backups, caches = [], left = [] } = document;
  const row = Object.entries(key).map(([name, value]) => `${name} = ${value}`);
  const held = backups.filter(({ versions }) => versions.length > 0);
  const lines = [
    ...(live ? [say('live       {0} has it now', table)] : []),
    ...snapshots.map((name) => `snapshot   ${name}`),
    ...unread.map(({ snapshot, reason }) => say('snapshot   {0} cannot be read: {1}', snapshot, reason)),
    ...models.map(
      ({ model, holds, keeps = [] }) =>
        `model      ${model} ${[modelSentences[holds], ...keeps.map((one) => keepsSentences[one])].map((one) => say(one)).join('; ')}`,
    ),
    ...decisions.map(decisionText),
    ...held.map(({ file, versions }) => `backup     ${file} (${versions.join(', ')})`),
    ...caches.map(({ folder, versions }) => `cache      ${folder} (${versions.join(', ')})`),
    ...backups.flatMap((one) =>
      one.unread === null ? [] : [say('backup     {0} cannot be read: {1}', one.file, one.unread)],
    ),
  ];
  const folders = left.map((folder) =>
    say('left       {0}: a program that was killed left it, with rows of its work. Delete it.', folder),
  );
  if (lines.length === 0) return [say('Nothing has the row {0} of {1}.', row.join(', '), table), ...folders].join('\n');
  return [
    ...lines,
    ...folders,
    say(
      'What open windows keep for a grid goes when they close. Once nothing above has the row, "compact" also empties the pages that it stood in.',
    ),
  ].join('\n');
}

/** The key columns, as the table has them now; of a table that was dropped, as a snapshot has them. */
async function keyColumns(store: Store, row: Pick<SoughtRow, 'table'>, by: string | undefined): Promise<ColumnInfo[]> {
  const { table } = row;
  const info = await store.table(table);
  const names = by === undefined ? info.key : by.split(',').map((name) => name.trim());
  if (names.length === 0) throw new Failure('table.noKey', { table: tableText(table) });
  return names.map((name) => {
    const column = info.columns.find((one) => one.name === name);
    if (column) return column;
    throw new Failure('column.unknown', { column: name, table: tableText(table), near: null });
  });
}

/** Copies beside a store's file: its backup, and what a recovery has put aside. */
function copiesOf(store: string): string[] {
  const [folder, name] = [path.dirname(store), path.basename(store)];
  const isCopy = (file: string): boolean =>
    file === `${name}.backup` || /^\.damaged-\d+$/.test(file.startsWith(name) ? file.slice(name.length) : '');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter(isCopy)
        .sort()
        .map((file) => path.join(folder, file))
    : [];
}

async function backupsOf(invocation: Invocation, { place }: OpenedConnection, row: SoughtRow): Promise<BackupHolds[]> {
  const found: BackupHolds[] = [];
  for (const file of isFile(place) ? copiesOf(place.path) : [])
    found.push(...(await copyHolds(invocation, place.kind, file, row)));
  return found;
}

/** One copy, read as a store of its own. */
async function copyHolds(invocation: Invocation, kind: string, file: string, row: SoughtRow): Promise<BackupHolds[]> {
  try {
    const { store } = await invocation.open({ beside: `${kind}:${file}`, readOnly: true });
    const found = await rowHolders(store, [], row, () => {}, invocation.signal);
    return [{ file, versions: versionsOf(found), unread: null }];
  } catch (error) {
    if (!(error instanceof Failure) || Failure.is(error, 'cancelled')) throw error;
    // A copy from before the table was made does not have it.
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown'))
      return [{ file, versions: [], unread: null }];
    return [{ file, versions: [], unread: error.message }];
  }
}

const versionsOf = ({ live, snapshots }: RowHolders): string[] => [
  ...(live ? ['live'] : []),
  ...snapshots.map(({ name }) => name),
];

/** Cached rows of a snapshot are that snapshot's. */
function cachesOf(
  { place }: OpenedConnection,
  table: string,
  { snapshots }: RowHolders,
): Pick<HoldsDocument, 'caches'> {
  const request = isFile(place)
    ? { ...place, readOnly: true, create: false }
    : { ...place.open, ca: null, readOnly: true, password: null };
  const held = new Set(snapshots.map(({ name }) => name));
  const versions = [...new Set(cachedSnapshots(request, table))].filter((name) => held.has(name));
  return versions.length === 0 ? {} : { caches: [{ folder: cacheFolder(request), versions }] };
}

/** `deltatrain holds`: where a row still is, for whoever has to delete it everywhere. */
export const holdsCommand: Command = {
  name: 'holds',
  usage: 'db.t --key K [--by column,…]',
  summary: later('List every snapshot, model, decision and copy that still has a row'),
  options: {
    key: {
      type: 'string',
      value: 'K',
      multiple: true,
      about: later("The row's key; column=value, once a column, where it has several"),
    },
    by: {
      type: 'string',
      value: 'column,…',
      about: later('The columns that tell its rows apart, where the table has no key'),
    },
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const table = readTable(invocation.positionals[0], say('The table'));
    const texts = invocation.all('key');
    if (texts.length === 0) throw new Failure('usage.wrong', { message: '--key is missing: say which row.' });
    const opened = await invocation.open();
    const columns = await keyColumns(opened.store, { table }, invocation.option('by'));
    const values = keyValues(texts, columns);
    const key = columns.map(({ name }) => name);
    const row: KeyedRow = { table, key, values, hash: (salt) => rowHash(salt, values) };
    const models: KeyedModel[] = [];
    const withFacts = new Set<unknown>();
    const decisions: HeldDecision[] = [];
    for (const registry of await registriesBeside(invocation, opened)) {
      const facts = await registry.judged.withFacts();
      for (const model of await registry.models()) {
        models.push({ model, key: (await registry.training(model))?.key ?? null });
        if (facts.has(`${model.trainingId}/${model.number}`)) withFacts.add(model);
      }
      decisions.push(...(await decisionsOn(registry, row)));
    }
    const progress = (done: number, of: number): void =>
      output.progress(say('{0} of {1} versions', countText(done), countText(of)));
    const found = await rowHolders(opened.store, models, row, progress, signal);
    output.progress('');
    const versions = new Set(found.snapshots.map(({ name }) => name));
    const told = models.flatMap(({ model }) => {
      if (model.table !== tableText(table)) return [];
      const holds = found.models.find((one) => one.model === model)?.holds ?? null;
      const keeps = modelKeeps(model, holds, versions, withFacts.has(model));
      if (holds === null && keeps.length === 0) return [];
      return [{ model: modelText(model), holds: holds ?? ('seen' as const), ...(keeps.length > 0 && { keeps }) }];
    });
    const left = leftFolders();
    const document: HoldsDocument = {
      table: tableText(table),
      key: Object.fromEntries(
        columns.map(({ name }, i) => [name, String(texts.length === 1 && columns.length === 1 ? texts[0] : values[i])]),
      ),
      live: found.live,
      snapshots: found.snapshots.map(({ name }) => name),
      unread: found.unread.map(({ snapshot, reason }) => ({ snapshot: snapshot.name, reason: reason.message })),
      models: told,
      decisions,
      backups: await backupsOf(invocation, opened, row),
      ...cachesOf(opened, tableText(table), found),
      ...(left.length > 0 && { left }),
    };
    output.document(document, () => textOfHolds(document));
    return 0;
  },
};
