/** The tree of connections, tables, snapshots and models as plain data: what stands in it, in which order, in which words. */
import type { DeltaCounts } from '../data/change.ts';
import { anchorOf, type Model, modelText } from '../data/model.ts';
import { type TableName, tableText } from '../data/table.ts';
import { type Snapshot, tableIn } from '../data/version.ts';
import { createSnapshotSql, diffSql, type PrintedScope, quoteName, quoteText, tableSql } from '../git4data/print.ts';
import type { Environment } from './config.ts';
import { agoText, countText, deltaText, differenceText, type Say, shareText, timeText } from './say.ts';
import { isSafetyName } from './snapshotNames.ts';

/** What a node stands for, which is also what a command needs to be told to work on it. */
export type Subject =
  | { readonly kind: 'connection'; readonly connection: string }
  | { readonly kind: 'database'; readonly connection: string; readonly database: string }
  | { readonly kind: 'table'; readonly connection: string; readonly table: TableName }
  | { readonly kind: 'group'; readonly connection: string; readonly table: TableName; readonly group: Group }
  | {
      readonly kind: 'snapshot';
      readonly connection: string;
      readonly table: TableName;
      readonly snapshot: string;
    }
  | {
      readonly kind: 'model';
      readonly connection: string;
      readonly table: TableName;
      readonly training: string;
      readonly model: number;
    }
  | { readonly kind: 'message'; readonly connection: string }
  | { readonly kind: 'more'; readonly connection: string; readonly of: string };

export type Group = 'snapshots' | 'safety' | 'models';

export interface Node {
  /** The same for the same thing as long as it exists, and unique in the tree. */
  readonly id: string;
  readonly subject: Subject;
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** A codicon. */
  readonly icon: string;
  readonly children: 'none' | 'closed' | 'open';
  /** What the menus of this node depend on, words between semicolons: `snapshot;safety`. */
  readonly context: string;
  /** What a click does, for nodes that are there to be clicked. */
  readonly click: { readonly command: string; readonly title: string } | null;
}

export interface ConnectionFacts {
  readonly id: string;
  readonly kind: 'embedded' | 'matrixone';
  readonly environment: Environment;
  readonly readOnly: boolean;
  readonly isOpen: boolean;
  /** Where the store is: a path or host:port. */
  readonly place: string;
  /** Where the connection is written down, as a sentence. */
  readonly source: string;
}

/** What is known of the changes since the newest snapshot: counted, changed but not counted, or nothing to count from. */
export type LiveDelta =
  | { readonly state: 'counted'; readonly from: string; readonly counts: DeltaCounts }
  | { readonly state: 'changed'; readonly from: string }
  | { readonly state: 'unknown' };

export interface TableFacts {
  readonly connection: string;
  readonly table: TableName;
  /** Rows now; null when not counted. */
  readonly rows: number | null;
  /** Of this table: its own and those of its database that hold it. */
  readonly snapshots: readonly Snapshot[];
  /** Of every training of this table. */
  readonly models: readonly Model[];
  readonly live: LiveDelta;
}

const joined = (...parts: (string | null | false | undefined)[]): string => parts.filter(Boolean).join(' · ');
const code = (sql: string): string => `\n\n\`\`\`sql\n${sql};\n\`\`\``;
/** Text as Markdown shows it literally. */
const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&');

/** Parts may hold anything, so each is escaped before they are put together. */
const idOf = (...parts: (string | number)[]): string => parts.map((part) => encodeURIComponent(part)).join('/');

export const connectionIdOf = (connection: string): string => idOf('connection', connection);
export const tableIdOf = (connection: string, table: TableName): string =>
  idOf('table', connection, table.database, table.table);
const groupIdOf = (connection: string, table: TableName, group: Group): string =>
  idOf(group, connection, table.database, table.table);

/** Newest first. Both are decimal nanoseconds without leading zeros, so the longer is the greater. */
const newestFirst = (a: Snapshot, b: Snapshot): number =>
  b.createdAt.length - a.createdAt.length || (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0);

export const sortedSnapshots = (snapshots: readonly Snapshot[]): Snapshot[] => [...snapshots].sort(newestFirst);

const millisecondsOf = (createdAt: string): number => Number(BigInt(createdAt) / 1_000_000n);

export function connectionNode(facts: ConnectionFacts, say: Say): Node {
  const { id, environment, kind, isOpen } = facts;
  return {
    id: connectionIdOf(id),
    subject: { kind: 'connection', connection: id },
    label: id,
    description: joined(
      kind,
      environment !== 'development' && environment,
      facts.readOnly && say('read-only'),
      !isOpen && say('not connected'),
    ),
    tooltip: `**${plain(id)}** · ${kind} · ${environment}\n\n${plain(facts.place)}\n\n${plain(facts.source)}`,
    icon: kind === 'embedded' ? 'database' : 'server',
    children: 'closed',
    context: joinedContext('connection', kind, isOpen ? 'open' : 'closed', facts.readOnly && 'readOnly', environment),
    click: null,
  };
}

const joinedContext = (...words: (string | false)[]): string => words.filter(Boolean).join(';');

export const databaseNode = (connection: string, database: string): Node => ({
  id: idOf('database', connection, database),
  subject: { kind: 'database', connection, database },
  label: database,
  description: '',
  tooltip: `**${plain(database)}**${code(`SHOW TABLES FROM ${quoteName(database)}`)}`,
  icon: 'library',
  children: 'closed',
  context: 'database',
  click: null,
});

/** A child that says why there is nothing, and leads on by a click. */
export const messageNode = (connection: string, parent: string, text: string, click: Node['click']): Node => ({
  id: idOf('message', parent),
  subject: { kind: 'message', connection },
  label: text,
  description: '',
  tooltip: plain(text),
  icon: click ? 'info' : 'circle-slash',
  children: 'none',
  context: 'message',
  click,
});

export const pageSize = 200;

/** The first `shown` nodes, and one more that loads the next page when there are others. */
export function paged(nodes: readonly Node[], shown: number, connection: string, parent: string, say: Say): Node[] {
  if (nodes.length <= shown) return [...nodes];
  const left = nodes.length - shown;
  const more: Node = {
    id: idOf('more', parent),
    subject: { kind: 'more', connection, of: parent },
    label: say('Load more'),
    description: say('{0} not shown', countText(left)),
    tooltip: say('{0} not shown', countText(left)),
    icon: 'ellipsis',
    children: 'none',
    context: 'more',
    click: { command: 'deltatrain.tree.more', title: say('Load more') },
  };
  return [...nodes.slice(0, shown), more];
}

/** The snapshot that changes are counted from: the base of the newest usable model, else the newest snapshot. */
export function baseSnapshotOf(facts: Pick<TableFacts, 'snapshots' | 'models' | 'table'>): Snapshot | null {
  const usable = facts.models.filter((model) => model.status === 'candidate' || model.status === 'promoted');
  const newest = usable.reduce<Model | null>((best, one) => (best && best.madeAt > one.madeAt ? best : one), null);
  const base = newest && facts.snapshots.find((snapshot) => isSnapshotOf(snapshot, newest, facts.table));
  return base ?? sortedSnapshots(facts.snapshots.filter((one) => !isSafetyName(one.name)))[0] ?? null;
}

function scopeOf({ level }: Snapshot, table: TableName): PrintedScope {
  if (level === 'table') return { level, ...table };
  if (level === 'database') return { level, database: table.database };
  return level === 'account' ? { level, account: null } : { level };
}

function wholeText(level: 'database' | 'account' | 'cluster', say: Say): string {
  if (level === 'database') return say('of the database');
  return level === 'account' ? say('of the account') : say('of the cluster');
}

/** A name that was dropped and made again is another snapshot. */
const isSnapshotOf = (snapshot: Snapshot, model: Model, table: TableName): boolean =>
  snapshot.name === model.snapshot.name &&
  snapshot.createdAt === model.snapshot.createdAt &&
  tableIn(snapshot, table)?.id === model.snapshot.tableId;

function rowsNow({ rows, live, snapshots, table }: TableFacts): number | null {
  if (rows !== null || live.state !== 'counted') return rows;
  const base = snapshots.find((one) => one.name === live.from);
  const then = base && tableIn(base, table)?.rows;
  return then === undefined || then === null ? null : then + live.counts.inserted - live.counts.deleted;
}

export function tableNode(facts: TableFacts, say: Say): Node {
  const { connection, table, live } = facts;
  const rows = rowsNow(facts);
  const since =
    live.state === 'counted'
      ? say('{0} since {1}', deltaText(live.counts), live.from)
      : live.state === 'changed' && say('changed since {0} (click to count)', live.from);
  const target = { ...table, snapshot: null };
  const sql =
    live.state === 'unknown'
      ? `SELECT COUNT(*) FROM ${tableSql(target)}`
      : diffSql(target, { ...table, snapshot: live.from }, { form: 'summary' });
  return {
    id: tableIdOf(connection, table),
    subject: { kind: 'table', connection, table },
    label: table.table,
    // What changed stands first: a narrow side bar cuts the rest.
    description: joined(since, rows !== null && rowsText(rows, say)),
    tooltip: `**${plain(tableText(table))}**${code(sql)}`,
    icon: 'table',
    children: 'closed',
    context: joinedContext('table', facts.models.length > 0 && 'model', live.state === 'changed' && 'uncounted'),
    click: live.state === 'changed' ? { command: 'deltatrain.tree.count', title: say('Count what changed') } : null,
  };
}

const rowsText = (rows: number, say: Say): string => (rows === 1 ? say('1 row') : say('{0} rows', countText(rows)));

/** Snapshots, Safety and Models of a table; a group without members is left out, but Snapshots always stands. */
export function groupNodes(facts: TableFacts, say: Say): Node[] {
  const { connection, table, snapshots, models } = facts;
  const safety = snapshots.filter((one) => isSafetyName(one.name)).length;
  const node = (group: Group, label: string, icon: string, count: number, tooltip: string): Node => ({
    id: groupIdOf(connection, table, group),
    subject: { kind: 'group', connection, table, group },
    label,
    description: countText(count),
    tooltip,
    icon,
    children: group === 'safety' ? 'closed' : 'open',
    context: joinedContext('group', group),
    click: null,
  });
  const shown = `SHOW SNAPSHOTS`;
  return [
    node('snapshots', say('Snapshots'), 'history', snapshots.length - safety, `${say('Named versions')}${code(shown)}`),
    ...(safety > 0
      ? [node('safety', say('Safety'), 'shield', safety, say('Made before a restore or an import, to go back to'))]
      : []),
    ...(models.length > 0
      ? [node('models', say('Models'), 'circuit-board', models.length, say('Registered models'))]
      : []),
  ];
}

/** `deltas` gives the changes from the snapshot before, where they are known. */
export function snapshotNodes(
  facts: TableFacts,
  group: 'snapshots' | 'safety',
  deltas: (from: Snapshot, to: Snapshot) => DeltaCounts | null,
  now: number,
  say: Say,
): Node[] {
  const { connection, table, models } = facts;
  const mine = sortedSnapshots(facts.snapshots.filter((one) => isSafetyName(one.name) === (group === 'safety')));
  return mine.map((snapshot, i): Node => {
    const before = mine[i + 1];
    const delta = before && deltas(before, snapshot);
    const users = models.filter((model) => isSnapshotOf(snapshot, model, table));
    const rows = tableIn(snapshot, table)?.rows ?? null;
    const then = millisecondsOf(snapshot.createdAt);
    const target = { ...table, snapshot: snapshot.name };
    const made = createSnapshotSql(snapshot.name, scopeOf(snapshot, table));
    const sql = before
      ? diffSql(target, { ...table, snapshot: before.name }, { form: 'summary' })
      : `SELECT COUNT(*) FROM ${tableSql(target)}`;
    return {
      id: idOf('snapshot', connection, table.database, table.table, snapshot.name, snapshot.createdAt),
      subject: { kind: 'snapshot', connection, table, snapshot: snapshot.name },
      label: snapshot.name,
      description: joined(
        delta && deltaText(delta),
        users.map((model) => modelLabel(model, models)).join(', '),
        rows !== null && rowsText(rows, say),
        agoText(then, now, say),
        snapshot.level !== 'table' && wholeText(snapshot.level, say),
        snapshot.unsure !== null && say('can no longer be trusted'),
      ),
      tooltip: `**${plain(snapshot.name)}** · ${timeText(then)}${
        snapshot.unsure === null ? '' : `\n\n$(warning) ${plain(snapshot.unsure)}`
      }${code(`-- ${say('made by')}\n${made};\n-- ${before ? say('changes since the snapshot before') : say('rows')}\n${sql}`)}`,
      icon: snapshot.unsure === null ? (group === 'safety' ? 'shield' : 'tag') : 'warning',
      children: 'none',
      context: joinedContext('snapshot', group === 'safety' && 'safety', users.length > 0 && 'needed'),
      click: null,
    };
  });
}

/** `m3`, or `weather/m3` where the table has several trainings. */
const modelLabel = (model: Model, all: readonly Model[]): string =>
  all.some((other) => other.training !== model.training) ? modelText(model) : `m${model.number}`;

function snapshotStateOf(model: Model, facts: TableFacts): 'there' | 'gone' | 'replaced' {
  if (facts.snapshots.some((snapshot) => isSnapshotOf(snapshot, model, facts.table))) return 'there';
  return facts.snapshots.some((snapshot) => snapshot.name === model.snapshot.name) ? 'replaced' : 'gone';
}

const statusIcons: Readonly<Record<Model['status'], string>> = {
  promoted: 'verified-filled',
  candidate: 'circle-large-outline',
  rejected: 'error',
  archived: 'archive',
};

/** The paired difference to the parent on the same rows, and whether the tests could tell. */
function pairText(model: Model, say: Say): string | null {
  const { onParent, onSnapshot, verdict } = model.guard;
  // The test that a rejected model failed is the one that says why, whatever the new labels make of it.
  const pair = verdict === 'worse' && onSnapshot?.verdict !== 'worse' ? onParent : onSnapshot;
  if (!pair) return null;
  const difference = differenceText(pair.difference);
  return verdict === 'unclear' ? say("{0} can't tell", difference) : difference;
}

export function modelNodes(facts: TableFacts, say: Say): Node[] {
  const { connection, table } = facts;
  const newest = [...facts.models].sort((a, b) => b.number - a.number || a.training.localeCompare(b.training));
  return newest.map((model): Node => {
    const state = snapshotStateOf(model, facts);
    const family = facts.models.filter((one) => one.trainingId === model.trainingId);
    const isAnchor = anchorOf(family)?.number === model.number;
    const { metrics } = model;
    const origin = model.kind === 'full' ? say('full') : say('delta of {0}', `m${model.parent}`);
    const sql = `SELECT * FROM deltatrain.models WHERE training = ${quoteText(model.trainingId)} AND number = ${model.number}`;
    return {
      id: idOf('model', connection, table.database, table.table, model.trainingId, model.number),
      subject: { kind: 'model', connection, table, training: model.training, model: model.number },
      label: modelLabel(model, facts.models),
      description: joined(
        model.status !== 'candidate' && model.status,
        shareText(metrics.accuracy),
        pairText(model, say),
        say('on {0}', model.snapshot.name),
        origin,
        state === 'gone' && say('its snapshot is gone'),
        state === 'replaced' && say('its snapshot was replaced'),
        isAnchor && model.status !== 'promoted' && say('anchor'),
      ),
      tooltip: `**${plain(modelText(model))}** · ${model.status} · ${plain(origin)}\n\n${say(
        'Accuracy {0} (95 % interval {1} to {2}, {3} test rows)',
        shareText(metrics.accuracy),
        shareText(metrics.low),
        shareText(metrics.high),
        countText(metrics.n),
      )}${model.note === '' ? '' : `\n\n${plain(model.note)}`}${code(sql)}`,
      icon: state === 'there' ? statusIcons[model.status] : 'warning',
      children: 'none',
      context: joinedContext('model', model.status, state !== 'there' && 'orphan'),
      click: { command: 'deltatrain.model.open', title: say('Open') },
    };
  });
}
