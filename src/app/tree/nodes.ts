/** The tree below a database as plain data: tables, snapshots and models, in which order, in which words. */
import type { ColumnChanges, DeltaCounts } from '../../data/change.ts';
import type { Branch, DeltaWay, KeptDisk } from '../../data/store.ts';
import { baselineOf, type ModelSummary, modelText } from '../../data/model.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { millisecondsOf, type Snapshot, tableIn } from '../../data/version.ts';
import { createSnapshotSql, diffSql, type PrintedScope, quoteText, tableSql } from '../../git4data/print.ts';
import { code, type Group, idOf, joined, joinedContext, type Node, paragraphs, plain } from './nodeText.ts';
import { columnSentences } from '../versions/columnChanges.ts';
import { isSafetyName } from '../versions/snapshotNames.ts';
import { say } from '../../base/say.ts';
import { toParent } from '../../words/finding.ts';
import { toParentText } from '../../words/findingText.ts';
import { measuredText, qualityText } from '../../words/measures.ts';
import { changesText } from '../../words/columns.ts';
import { statusWord } from '../../words/verdicts.ts';
import { bytesText, countText, rowsText } from '../../words/numbers.ts';
import { ageText, timeText } from '../../words/times.ts';

/** What is known of the changes since the newest snapshot: counted, changed but not counted, or nothing to count from. */
export type LiveDelta =
  | {
      readonly state: 'counted';
      readonly from: string;
      readonly counts: DeltaCounts;
      /** What became of the columns; null where they are the same. */
      readonly columns: ColumnChanges | null;
      readonly way?: DeltaWay;
      /** When, as a person reads it; left out where writes by others are noticed. */
      readonly at?: string;
    }
  /** Counting takes a click here. */
  | { readonly state: 'uncounted'; readonly from: string }
  | { readonly state: 'changed'; readonly from: string }
  | { readonly state: 'unknown' };

/** What changed between two versions: of rows, and of columns, null where they have the same ones. */
export interface CountedDelta {
  readonly counts: DeltaCounts;
  readonly columns: ColumnChanges | null;
}

/** All that is known of a table when its part of the tree is made; what is not known yet is null or `unknown`. */
export interface TableFacts {
  readonly connection: string;
  readonly table: TableName;
  /** Rows now; null when not counted. */
  readonly rows: number | null;
  /** Of this table: its own and those of its database that hold it. */
  readonly snapshots: readonly Snapshot[];
  /** Of every training of this table. */
  readonly models: readonly ModelSummary[];
  readonly live: LiveDelta;
  /** What the table was branched from; null for an ordinary table. */
  readonly branch: Branch | null;
  /** False where the role may not list snapshots, so that there may be others than these. */
  readonly listable: boolean;
}

/** The id of a table's node: by it the node is shown again after its data changed. */
export const tableIdOf = (connection: string, table: TableName): string =>
  idOf('table', connection, table.database, table.table);
const groupIdOf = (connection: string, table: TableName, group: Group): string =>
  idOf(group, connection, table.database, table.table);

/** Newest first. Both are decimal nanoseconds without leading zeros, so the longer is the greater. */
const newestFirst = (a: Snapshot, b: Snapshot): number =>
  b.createdAt.length - a.createdAt.length || (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0);

/** Newest first, without changing what it was given. */
export const sortedSnapshots = (snapshots: readonly Snapshot[]): Snapshot[] => [...snapshots].sort(newestFirst);

/** A child that says why there is nothing, and leads on by a click. */
export const messageNode = (
  connection: string,
  parent: string,
  text: string,
  click: Node['click'],
  table?: TableName,
): Node => ({
  id: idOf('message', parent),
  subject: { kind: 'message', connection, ...(table && { table }) },
  label: text,
  description: '',
  tooltip: plain(text),
  icon: click ? 'info' : 'circle-slash',
  children: 'none',
  context: 'message',
  click,
});

/** Children shown at once; the rest follow a click. */
export const pageSize = 200;

/** The first `shown` nodes, and one more that loads the next page when there are others. */
export function paged(nodes: readonly Node[], shown: number, connection: string, parent: string): Node[] {
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
  const newest = usable.reduce<ModelSummary | null>(
    (best, one) => (best && best.madeAt > one.madeAt ? best : one),
    null,
  );
  const base = newest && facts.snapshots.find((snapshot) => isSnapshotOf(snapshot, newest, facts.table));
  return base ?? sortedSnapshots(facts.snapshots.filter((one) => !isSafetyName(one.name)))[0] ?? null;
}

function scopeOf({ level }: Snapshot, table: TableName): PrintedScope {
  if (level === 'table') return { level, ...table };
  if (level === 'database') return { level, database: table.database };
  return level === 'account' ? { level, account: null } : { level };
}

function wholeText(level: 'database' | 'account' | 'cluster'): string {
  if (level === 'database') return say('of the database');
  return level === 'account' ? say('of the account') : say('of the cluster');
}

/** A name that was dropped and made again is another snapshot. */
const isSnapshotOf = (snapshot: Snapshot, model: ModelSummary, table: TableName): boolean =>
  snapshot.name === model.snapshot.name &&
  snapshot.createdAt === model.snapshot.createdAt &&
  tableIn(snapshot, table)?.id === model.snapshot.tableId;

function rowsNow({ rows, live, snapshots, table }: TableFacts): number | null {
  if (rows !== null || live.state !== 'counted') return rows;
  const base = snapshots.find((one) => one.name === live.from);
  const then = base && tableIn(base, table)?.rows;
  return then === undefined || then === null ? null : then + live.counts.inserted - live.counts.deleted;
}

function sinceText(live: LiveDelta): string | null {
  switch (live.state) {
    case 'counted':
      return say('{0} since {1}', changesText(live.counts, live.columns), live.from);
    case 'changed':
      return say('changed since {0} (click to count)', live.from);
    case 'uncounted':
      return say('since {0}: click to count', live.from);
    default:
      return null;
  }
}

/** How a delta was found, where there is something to say about it. */
export function wayText(way: DeltaWay): string | null {
  if (way.way === 'compare')
    return way.why === null ? say('Found by comparing.') : say('Found by comparing: {0}', way.why);
  return way.way === 'diff' ? say('Found by DATA BRANCH DIFF.') : null;
}

const branchText = ({ of, createdAt }: Branch): string =>
  of === null
    ? say('branch of a table that is gone')
    : say('branch of {0} since {1}', tableText(of), timeText(millisecondsOf(createdAt)));

function tableTooltip({ table, live, branch }: TableFacts): string {
  const target = { ...table, snapshot: null };
  const sql =
    live.state === 'unknown'
      ? `SELECT COUNT(*) FROM ${tableSql(target)}`
      : diffSql(target, { ...table, snapshot: live.from }, { form: 'summary' });
  const lines = [
    branch && branchText(branch),
    ...(live.state === 'counted' ? columnSentences(live.columns) : []),
    live.state === 'counted' && live.way && wayText(live.way),
    live.state === 'counted' && live.at !== undefined && say('Counted at {0}.', live.at),
  ];
  const said = lines.filter((line) => typeof line === 'string').map(plain);
  return `${paragraphs(`**${plain(tableText(table))}**`, ...said)}${code(sql)}`;
}

/** The node of a table: its rows, and what changed since its newest model. */
export function tableNode(facts: TableFacts): Node {
  const { connection, table, live, branch } = facts;
  const rows = rowsNow(facts);
  const isToCount = live.state === 'changed' || live.state === 'uncounted';
  return {
    id: tableIdOf(connection, table),
    subject: { kind: 'table', connection, table },
    label: table.table,
    // What changed stands first: a narrow side bar cuts the rest.
    description: joined(sinceText(live), rows !== null && rowsText(rows), branch && branchText(branch)),
    tooltip: tableTooltip(facts),
    icon: branch ? 'git-branch' : 'table',
    children: 'closed',
    context: joinedContext('table', facts.models.length > 0 && 'model', isToCount && 'uncounted', branch && 'branch'),
    click: isToCount ? { command: 'deltatrain.tree.count', title: say('Count what changed') } : null,
  };
}

/** Disk that is there for a table's snapshots, in a few words; nothing where nobody can tell, or where it is none. */
function keptText(kept: KeptDisk | null): string | null {
  if (kept === null || kept.bytes === 0) return null;
  const size = bytesText(kept.bytes);
  return kept.isWhole ? say('keeps {0}', size) : say('keeps more than {0}', size);
}

/**
 * Snapshots, Safety and Models of a table; a group without members is left out, but Snapshots always stands. `kept`: disk that is
 * there for all its snapshots, null where the engine does not tell.
 */
export function groupNodes(facts: TableFacts, kept: KeptDisk | null): Node[] {
  const { connection, table, snapshots, models } = facts;
  const safety = snapshots.filter((one) => isSafetyName(one.name)).length;
  const node = (group: Group, label: string, icon: string, count: number, tooltip: string): Node => ({
    id: groupIdOf(connection, table, group),
    subject: { kind: 'group', connection, table, group },
    label,
    description: joined(countText(count), group === 'snapshots' && keptText(kept)),
    tooltip,
    icon,
    children: group === 'safety' ? 'closed' : 'open',
    context: joinedContext('group', group),
    click: null,
  });
  const shown = `SHOW SNAPSHOTS`;
  const told =
    snapshots.length === 0
      ? ''
      : kept === null
        ? `\n\n${say('How much disk they keep is not told here.')}`
        : `\n\n${say('With the safety snapshots they keep {0} of disk besides the rows of now. Compact gives back what is free after one was deleted.', bytesText(kept.bytes))}`;
  return [
    node(
      'snapshots',
      say('Snapshots'),
      'history',
      snapshots.length - safety,
      `${say('Named versions')}${told}${code(shown)}`,
    ),
    ...(safety > 0
      ? [node('safety', say('Safety'), 'shield', safety, say('Made before a restore or an import, to go back to'))]
      : []),
    ...(models.length > 0
      ? [node('models', say('Models'), 'circuit-board', models.length, say('Registered models'))]
      : []),
  ];
}

/** Of a snapshot that was typed nothing is known but its name. */
const isListed = ({ createdAt }: Snapshot): boolean => createdAt !== '';

const madeText = (snapshot: Snapshot, now: number): string =>
  isListed(snapshot) ? ageText(millisecondsOf(snapshot.createdAt), now) : say('typed');

function snapshotTooltip(
  snapshot: Snapshot,
  before: Snapshot | undefined,
  table: TableName,
  columns: ColumnChanges | null,
): string {
  const { name, createdAt, unsure } = snapshot;
  const target = { ...table, snapshot: name };
  const made = isListed(snapshot)
    ? `-- ${say('made by')}\n${createSnapshotSql(name, scopeOf(snapshot, table))};\n`
    : '';
  const sql = before
    ? diffSql(target, { ...table, snapshot: before.name }, { form: 'summary' })
    : `SELECT COUNT(*) FROM ${tableSql(target)}`;
  const head = joined(`**${plain(name)}**`, isListed(snapshot) && timeText(millisecondsOf(createdAt)));
  const told = `${made}-- ${before ? say('changes since the snapshot before') : say('rows')}\n${sql}`;
  return `${paragraphs(head, unsure !== null && `$(warning) ${plain(unsure)}`, ...columnSentences(columns).map(plain))}${code(told)}`;
}

/** `deltas` gives the changes from the snapshot before, where they are known. */
export function snapshotNodes(
  facts: TableFacts,
  group: 'snapshots' | 'safety',
  deltas: (from: Snapshot, to: Snapshot) => CountedDelta | null,
  now: number,
): Node[] {
  const { connection, table, models } = facts;
  const mine = sortedSnapshots(facts.snapshots.filter((one) => isSafetyName(one.name) === (group === 'safety')));
  return mine.map((snapshot, i): Node => {
    const before = mine[i + 1];
    const delta = before && deltas(before, snapshot);
    const users = models.filter((model) => isSnapshotOf(snapshot, model, table));
    const rows = tableIn(snapshot, table)?.rows ?? null;
    return {
      id: idOf('snapshot', connection, table.database, table.table, snapshot.name, snapshot.createdAt),
      subject: { kind: 'snapshot', connection, table, snapshot: snapshot.name },
      label: snapshot.name,
      description: joined(
        delta && changesText(delta.counts, delta.columns),
        users.map((model) => modelLabel(model, models)).join(', '),
        rows !== null && rowsText(rows),
        madeText(snapshot, now),
        snapshot.level !== 'table' && wholeText(snapshot.level),
        snapshot.unsure !== null && say('can no longer be trusted'),
      ),
      tooltip: snapshotTooltip(snapshot, before, table, delta?.columns ?? null),
      icon: snapshot.unsure === null ? (group === 'safety' ? 'shield' : 'tag') : 'warning',
      children: 'none',
      context: joinedContext('snapshot', group === 'safety' && 'safety', users.length > 0 && 'needed'),
      click: { command: 'deltatrain.snapshot.query', title: say('Show Rows') },
    };
  });
}

/** `m3`, or `weather/m3` where the table has several trainings. */
const modelLabel = (model: ModelSummary, all: readonly ModelSummary[]): string =>
  all.some((other) => other.training !== model.training) ? modelText(model) : `m${model.number}`;

/** The parent, with its training where that is another: older programs took one from any training of the same id. */
function parentLabel(model: ModelSummary, all: readonly ModelSummary[]): string {
  const parent = all.find((one) => one.trainingId === model.trainingId && one.number === model.parent);
  return parent && parent.training !== model.training ? modelText(parent) : `m${model.parent}`;
}

function snapshotStateOf(model: ModelSummary, facts: TableFacts): 'there' | 'gone' | 'replaced' {
  if (facts.snapshots.some((snapshot) => isSnapshotOf(snapshot, model, facts.table))) return 'there';
  return facts.snapshots.some((snapshot) => snapshot.name === model.snapshot.name) ? 'replaced' : 'gone';
}

const statusIcons: Readonly<Record<ModelSummary['status'], string>> = {
  promoted: 'verified-filled',
  candidate: 'circle-large-outline',
  rejected: 'error',
  held: 'question',
  archived: 'archive',
};

const changedText = (): string =>
  say('It is not as DeltaTrain recorded it: another program changed it. deltatrain log --verify says more.');

/**
 * A node for each model of the table, newest first, with its verdict and whether its snapshot is still there. `changed`: those that
 * another hand changed, as in `weather/m3`.
 */
export function modelNodes(facts: TableFacts, changed: ReadonlySet<string> = new Set()): Node[] {
  const { connection, table } = facts;
  const newest = [...facts.models].sort((a, b) => b.number - a.number || a.training.localeCompare(b.training));
  return newest.map((model): Node => {
    const state = snapshotStateOf(model, facts);
    const family = facts.models.filter((one) => one.trainingId === model.trainingId && one.training === model.training);
    const isBaseline = baselineOf(family)?.number === model.number;
    const { metrics } = model;
    const byOthers = changed.has(modelText(model));
    const pair = toParent(model.guard);
    const origin = model.kind === 'full' ? say('full') : say('delta of {0}', parentLabel(model, facts.models));
    const sql = `SELECT * FROM deltatrain.models WHERE training = ${quoteText(model.trainingId)} AND number = ${model.number}`;
    return {
      id: idOf('model', connection, table.database, table.table, model.trainingId, model.number),
      subject: { kind: 'model', connection, table, training: model.training, model: model.number },
      label: modelLabel(model, facts.models),
      description: joined(
        byOthers && say('changed by another hand'),
        model.status !== 'candidate' && statusWord(model.status),
        qualityText(metrics),
        pair && toParentText(pair.test, model.guard),
        say('on {0}', model.snapshot.name),
        origin,
        state === 'gone' && say('its snapshot is gone'),
        state === 'replaced' && say('its snapshot was replaced'),
        isBaseline && model.status !== 'promoted' && say('baseline'),
      ),
      tooltip: `**${plain(modelText(model))}** · ${statusWord(model.status)} · ${plain(origin)}\n\n${measuredText(metrics)}${byOthers ? `\n\n${changedText()}` : ''}${model.note === '' ? '' : `\n\n${plain(model.note)}`}${code(sql)}`,
      icon: state === 'there' && !byOthers ? statusIcons[model.status] : 'warning',
      children: 'none',
      context: joinedContext('model', model.status, state !== 'there' && 'orphan'),
      click: { command: 'deltatrain.model.open', title: say('Open') },
    };
  });
}
