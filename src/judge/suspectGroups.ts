/** Who did it: the groups of changed rows that explain a delta's cost, as filters of the delta (section 10 of the study). */
import { at } from '../base/assert.ts';
import type { Reason, SuspectGroup, Suspects } from '../data/judgement.ts';
import { changeOf } from './changeOf.ts';
import { type Context, contextOf, valueText } from './context.ts';
import type { ParentView } from './parentView.ts';
import type { DataQuestion } from './question.ts';
import { suspectRule } from './rule.ts';
import { groupLabel, groupWhere, rowsOfGroup } from './suspects/describe.ts';
import { featureLines, insertedLines, labelLines, type Lines, oddRows, type Token } from './suspects/lines.ts';
import { dearest, type Group } from './suspects/scan.ts';
import { exactWhere } from './where.ts';

/** What the reasons name: columns whose changes they are about, and whether labels and new rows are. */
interface Named {
  readonly columns: ReadonlySet<string>;
  readonly labels: boolean;
  readonly inserted: boolean;
}

function namedBy(reasons: readonly Reason[]): Named {
  const ofGroup = ({ kind }: Reason): boolean => changeOf[kind] === 'any';
  const named = (change: string): boolean => reasons.some(({ kind }) => changeOf[kind] === change);
  return {
    columns: new Set(
      reasons.flatMap((reason) =>
        reason.column !== null && (changeOf[reason.kind] === 'features' || ofGroup(reason)) ? [reason.column] : [],
      ),
    ),
    labels: named('labels') || reasons.some((reason) => ofGroup(reason) && reason.column === null),
    inserted: named('inserted'),
  };
}

function linesOf(context: Context, view: ParentView, named: Named): Lines[] {
  const columnOf = (token: Token): string | null =>
    token.change === 'features' ? at(context.changes.columns, token.place).name : null;
  const labels = named.labels
    ? labelLines(
        context,
        view,
        context.labels.filter((row) => view.mayAsk(row)),
      )
    : [];
  const features =
    named.columns.size === 0
      ? []
      : featureLines(context, view, (here, rows) => oddRows(context, here, rows)).filter(({ token }) =>
          named.columns.has(columnOf(token) ?? ''),
        );
  return [...labels, ...features, ...(named.inserted ? insertedLines(context, view) : [])];
}

function without(lines: readonly Lines[], gone: ReadonlySet<number>): Lines[] {
  return lines.flatMap(({ token, rows, losses }) => {
    const kept = Uint32Array.from(rows.keys()).filter((i) => !gone.has(at(rows, i)));
    if (kept.length === 0) return [];
    const left = Float64Array.from(kept, (i) => at(losses, i));
    return [{ token, rows: kept.map((i) => at(rows, i)), losses: left }];
  });
}

const positive = (lines: readonly Lines[]): number =>
  lines
    .filter(({ token }) => token.change !== 'anyLabels')
    .reduce((sum, { losses }) => losses.reduce((own, loss) => own + Math.max(0, loss), sum), 0);

const changeNames = { labels: 'labels', anyLabels: 'labels', features: 'features', inserted: 'inserted' } as const;

function described(context: Context, view: ParentView, group: Group, total: number): SuspectGroup {
  const { changes } = context;
  const { token } = group;
  const rows = rowsOfGroup(context, group);
  const right = (image: 'before' | 'after', labels: Float64Array): number =>
    rows.filter((i) => view.answers(image, i, at(labels, i))).length / Math.max(1, rows.length);
  const change = changeNames[token.change];
  const before = change === 'inserted' ? null : right('before', changes.labelBefore);
  const after = change === 'labels' ? right('before', changes.labelAfter) : null;
  return {
    change,
    column: token.change === 'features' ? at(changes.columns, token.place).name : null,
    label: groupLabel(context, token),
    where: groupWhere(context, group),
    rows: rows.length,
    share: Math.max(0, Math.min(1, group.loss / Math.max(total, 1e-9))),
    before,
    after: after ?? right('after', change === 'inserted' ? changes.labelAfter : changes.labelBefore),
    hashes: Array.from(rows, (i) => at(changes.hashes, i)),
  };
}

/** The dearest groups one after the other; a row belongs to the first that holds it. */
function byLoss(context: Context, reasons: readonly Reason[], most: number): SuspectGroup[] {
  const { view } = context;
  if (!view) return byReason(context, reasons, most);
  const named = namedBy(reasons);
  let lines = linesOf(context, view, named);
  const total = positive(lines);
  const found: SuspectGroup[] = [];
  while (found.length < most) {
    const group = dearest(context, lines, suspectRule.rows, ({ change }) => change === 'features');
    if (!group || group.score <= 0) break;
    found.push(described(context, view, group, total));
    lines = without(lines, new Set(group.rows));
  }
  return found;
}

/** New rows: those with a label beyond all that is known, on the side where there are more, as by their labels they are found again; else all of them. */
function newGroup(context: Context): SuspectGroup[] {
  const { changes, came, values } = context;
  const label = (row: number): number => at(changes.labelAfter, row);
  const sides = [-1, 1].map((side) => came.filter((row) => values?.isBeyond(label(row), side)));
  const rows = sides.reduce((more, one) => (one.length > more.length ? one : more));
  if (rows.length === 0)
    return [told(context, 'inserted', came, { where: exactWhere(context, came, 'after'), of: came.length })];
  const sorted = Float64Array.from(rows, label).sort();
  const where = { column: changes.label, from: at(sorted, 0), to: at(sorted, rows.length - 1) };
  return [told(context, 'inserted', rows, { where, of: came.length })];
}

/** Without a parent's losses: all changes of the columns that reasons name, and of labels, and new rows. */
function byReason(context: Context, reasons: readonly Reason[], most: number): SuspectGroup[] {
  const { changes, labels } = context;
  const named = namedBy(reasons);
  const ofLabels = named.labels
    ? [told(context, 'labels', labels, { where: exactWhere(context, labels, 'after'), of: labels.length })]
    : [];
  const ofColumns = [...named.columns].flatMap((column) => {
    const place = changes.columns.findIndex(({ name }) => name === column);
    const rows = rowsOfGroup(context, { token: { change: 'features', place }, cut: null });
    if (rows.length === 0) return [];
    const where = exactWhere(context, rows, 'after', column);
    const group = told(context, 'features', rows, { column, where, of: context.features.length });
    return [group];
  });
  const ofNew = named.inserted ? newGroup(context) : [];
  return [...ofLabels, ...ofColumns, ...ofNew].slice(0, most);
}

function told(
  { changes }: Context,
  change: SuspectGroup['change'],
  rows: Uint32Array,
  of: Pick<SuspectGroup, 'where'> & { readonly column?: string; readonly of: number } & Partial<
      Pick<SuspectGroup, 'label'>
    >,
): SuspectGroup {
  return {
    change,
    column: of.column ?? null,
    label: of.label ?? null,
    where: of.where,
    rows: rows.length,
    share: rows.length / Math.max(1, of.of),
    before: null,
    after: null,
    hashes: Array.from(rows, (i) => at(changes.hashes, i)),
  };
}

/** Rows that went, where a reason says which: the share is of all rows that went. */
function removedGroup(context: Context, { label, where }: Reason): SuspectGroup[] {
  const { changes, removed } = context;
  const here = where && changes.columns.findIndex(({ name }) => name === where.column);
  const inSlice = (row: number): boolean => {
    if (here === null || !where) return true;
    const value = at(at(changes.before, here), row);
    if (!('value' in where)) return value >= where.from && value <= where.to;
    const column = { column: at(changes.columns, here), place: here };
    return valueText(context, column, value) === where.value;
  };
  const ofLabel = (row: number): boolean =>
    (label?.from ?? null) === null || changes.classes.textOf(at(changes.labelBefore, row)) === label?.from;
  const rows = removed.filter((row) => ofLabel(row) && inSlice(row));
  return rows.length === 0 ? [] : [told(context, 'removed', rows, { label, where, of: removed.length })];
}

function copiedGroup(context: Context): SuspectGroup[] {
  const fresh = new Set(context.fresh);
  const rows = context.came.filter((row) => !fresh.has(row));
  return [told(context, 'inserted', rows, { where: exactWhere(context, rows, 'after'), of: context.came.length })];
}

/**
 * The groups behind a verdict's reasons, the strongest reason's first. Only changes that the reasons name are searched, so
 * without reasons there are none.
 */
export function suspectGroups(question: DataQuestion, reasons: readonly Reason[]): Suspects {
  const context = contextOf(question);
  const ranked = [...reasons].sort((a, b) => b.strength - a.strength);
  const gone =
    ranked.find(({ kind, label, where }) => changeOf[kind] === 'removed' && (label || where)) ??
    ranked.find(({ kind }) => changeOf[kind] === 'removed');
  const copied = ranked.find(({ kind }) => changeOf[kind] === 'copies');
  const direct = ranked.flatMap((reason) => {
    if (reason === gone) return removedGroup(context, reason);
    return reason === copied ? copiedGroup(context) : [];
  });
  const others = ranked.filter(({ kind }) => changeOf[kind] !== 'removed' && changeOf[kind] !== 'copies');
  const searched = others.length === 0 ? [] : byLoss(context, others, suspectRule.groups - direct.length);
  const first = ranked[0];
  const groups = first === gone || first === copied ? [...direct, ...searched] : [...searched, ...direct];
  return {
    groups,
    explained: Math.min(1, searched.reduce((sum, { share }) => sum + share, 0) || (direct[0]?.share ?? 0)),
  };
}
