/** `snapshot create`, `snapshot list`, `snapshot delete`. */
import { forcedEvent } from '../../../app/registry/record/happenings.ts';
import { later, say } from '../../../base/say.ts';
import type { Registry } from '../../../app/registry/registry.ts';
import { createSnapshot } from '../../../app/versions/snapshotNames.ts';
import { snapshotTime } from '../../../app/statements/shownPage.ts';
import { nearest } from '../../../base/nearest.ts';
import { Failure } from '../../../base/failure.ts';
import { modelText } from '../../../data/model.ts';
import type { SnapshotTarget } from '../../../data/store.ts';
import { newestFirst, type Snapshot, snapshotPlace, snapshotRows } from '../../../data/version.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent } from '../confirm.ts';
import { tell } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { registriesBeside } from './knownModels.ts';
import { tableText } from '../../terminal/textTable.ts';
import { bytesText, countText } from '../../../words/numbers.ts';

const snapshotDocument = (snapshot: Snapshot) => ({
  name: snapshot.name,
  level: snapshot.level,
  database: snapshot.database,
  table: snapshot.table,
  createdAt: `${snapshotTime(snapshot.createdAt).replace(' ', 'T')}Z`,
  rows: snapshotRows(snapshot),
});

function targetOf(invocation: Invocation): SnapshotTarget {
  const table = invocation.option('table');
  const database = invocation.option('database');
  const targets: SnapshotTarget[] = [
    ...(table === undefined ? [] : [{ level: 'table', table: readTable(table, '--table') } as const]),
    ...(database === undefined ? [] : [{ level: 'database', database } as const]),
    ...(invocation.has('account') ? [{ level: 'account', account: null } as const] : []),
    ...(invocation.has('cluster') ? [{ level: 'cluster' } as const] : []),
  ];
  const [target] = targets;
  if (!target || targets.length > 1)
    throw new Failure('usage.wrong', {
      message: say(
        "Say what to pin, one of: --table db.t, --database db; on a server also --account (the connection's own) or --cluster.",
      ),
    });
  return target;
}

/** `deltatrain snapshot create`: names the data as they are now; nothing is copied. */
export const snapshotCreate: Command = {
  name: 'snapshot create',
  usage: 'NAME --table db.t|--database db|--account|--cluster',
  summary: later('Pin a table, a database or on a server more under a name'),
  options: {
    table: { type: 'string', value: 'db.t', about: later('Of one table') },
    database: { type: 'string', value: 'db', about: later('Of every table of a database') },
    account: { type: 'boolean', about: later("On a server: of every database of the connection's account") },
    cluster: { type: 'boolean', about: later('On a server: of every account') },
  },
  takes: [1, 1],
  async run(invocation) {
    const target = targetOf(invocation);
    const { store } = await invocation.open();
    const snapshot = await createSnapshot(store, target, invocation.positionals[0] ?? '');
    const document = snapshotDocument(snapshot);
    invocation.output.document(document, () =>
      document.rows === null
        ? `${snapshot.name}: ${snapshotPlace(snapshot)}.`
        : say('{0}: {1}, {2} rows.', snapshot.name, snapshotPlace(snapshot), countText(document.rows)),
    );
    return 0;
  },
};

/** `deltatrain snapshot list`: every snapshot that the role may list, newest first. */
export const snapshotList: Command = {
  name: 'snapshot list',
  usage: '',
  summary: later('List the snapshots, newest first'),
  options: {},
  takes: [0, 0],
  async run(invocation) {
    const { store } = await invocation.open();
    const newest = newestFirst(await store.snapshots());
    const kept = await store.keptDisk(null);
    const bytes = new Map(kept?.snapshots.map((one) => [one.name, one.bytes]));
    const documents = newest.map((one) => ({
      ...snapshotDocument(one),
      ...(kept !== null && { keptBytes: bytes.get(one.name) ?? 0 }),
    }));
    invocation.output.document(documents, () => {
      if (newest.length === 0) return say('There is no snapshot yet.');
      const rows = newest.map((one) => [
        one.name,
        snapshotPlace(one),
        snapshotTime(one.createdAt).slice(0, 19),
        snapshotRows(one),
        ...(kept === null ? [] : [bytesText(bytes.get(one.name) ?? 0)]),
      ]);
      const titles = ['snapshot', 'of', 'made (UTC)', 'rows', ...(kept === null ? [] : [say('keeps about')])];
      const inAll =
        kept === null
          ? say('How much disk they keep is not told here.')
          : say('They keep {0} of disk besides the rows of now.', bytesText(kept.bytes));
      return `${tableText(titles, rows)}\n${inAll}`;
    });
    return 0;
  },
};

/** `version.needed` when a model needs the snapshot. */
export async function requireUnneeded(registry: Registry, snapshot: Snapshot): Promise<void> {
  const models = await registry.neededBy(snapshot);
  if (models.length > 0)
    throw new Failure('version.needed', { snapshot: snapshot.name, models: models.map(modelText).join(', ') });
}

/** `deltatrain snapshot delete`: `version.needed` where a model stands on it, unless forced. */
export const snapshotDelete: Command = {
  name: 'snapshot delete',
  usage: 'NAME [--force] [--confirm NAME]',
  summary: later('Delete a snapshot; --force also one that a model needs'),
  options: {
    force: { type: 'boolean', about: later('Delete it also where a model needs it') },
    confirm: confirmOption('NAME'),
  },
  takes: [1, 1],
  async run(invocation) {
    const name = invocation.positionals[0] ?? '';
    const opened = await invocation.open();
    const { store, environment } = opened;
    const snapshots = await store.snapshots();
    const snapshot = snapshots.find((one) => one.name === name);
    if (!snapshot)
      throw new Failure('version.unknown', {
        snapshot: name,
        near: nearest(
          name,
          snapshots.map((one) => one.name),
        ),
      });
    requireConsent(environment, confirmedName(invocation), say('Deleting {0}', name), name);
    // Models of this store may be kept elsewhere.
    const registries = await registriesBeside(invocation, opened);
    const needing = invocation.has('force')
      ? (await Promise.all(registries.map((one) => one.neededBy(snapshot)))).flat()
      : [];
    if (!invocation.has('force')) for (const registry of registries) await requireUnneeded(registry, snapshot);
    await store.dropSnapshot(name);
    if (needing.length > 0) await tell(invocation, opened, forcedEvent(name, needing.map(modelText)));
    invocation.output.document(snapshotDocument(snapshot), () => say('{0} is deleted.', name));
    return 0;
  },
};
