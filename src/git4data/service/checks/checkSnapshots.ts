/** Checks of snapshot names: known or not, letters, the order of the two sides of a DIFF. */
import { didYouMean } from '../../../base/nearest.ts';
import { say, together } from '../../../base/say.ts';
import type { Diff, Name, Problem } from '../../ast.ts';
import { hintedSnapshot, snapshotNameOf } from '../../ast.ts';
import { type Catalog, findSnapshot, holdsTable } from '../../catalog.ts';
import { quoteName, quoteText } from '../../print.ts';
import { type DocumentStatement, type NamedSnapshot, resolveTable, snapshotsRead } from '../document.ts';
import { type Check, type Checked, problemAt, replace } from '../problem.ts';

const written = (name: Name, text: string): string => (name.form === 'string' ? quoteText(text) : quoteName(text));

/** True of a snapshot of the catalog, or one that the text makes above, unless the text drops it. */
const isThere = (name: string, { read, catalog }: Checked): boolean =>
  read.made.get(name) ?? findSnapshot(catalog, name) !== undefined;

/** Names that may be read here. */
function* namesBefore({ read, catalog }: Checked): Generator<string> {
  for (const { name } of catalog.snapshots ?? []) if (!read.made.has(name)) yield name;
  yield* read.made.names();
}

function checkKnown(snapshot: NamedSnapshot, checked: Checked): Problem[] {
  const { read, catalog, suggest } = checked;
  if (catalog.snapshots === null) return [];
  const { statement } = read;
  if (statement.kind === 'dropSnapshot' && statement.ifExists) return [];
  if (isThere(snapshot.lookedUp, checked)) return checkHeld(snapshot, read, catalog);
  const near = suggest(snapshot.lookedUp, namesBefore(checked));
  const fixes = near === null ? [] : [replace(snapshot.name, written(snapshot.name, near), say('Change to {0}', near))];
  return [
    problemAt(
      snapshot.name,
      'snapshot.unknown',
      'error',
      together(say('There is no snapshot "{0}".', snapshot.lookedUp), didYouMean(near)),
      fixes,
    ),
  ];
}

/** A snapshot of another table: newer servers refuse it, older ones read the table at that moment. */
function checkHeld(named: NamedSnapshot, read: DocumentStatement, catalog: Catalog): Problem[] {
  const snapshot = findSnapshot(catalog, named.lookedUp);
  if (!snapshot || !named.table || read.made.has(named.lookedUp)) return [];
  const { database, table } = resolveTable(read, catalog, named.table);
  if (database === null || holdsTable(snapshot, database, table)) return [];
  const of =
    snapshot.table === null
      ? say('database {0}', snapshot.database ?? '')
      : `${snapshot.database ?? ''}.${snapshot.table}`;
  return [
    problemAt(
      named.name,
      'snapshot.otherTable',
      'warning',
      say('"{0}" is a snapshot of {1}, not of {2}.{3}.', snapshot.name, of, database, table),
    ),
  ];
}

/** A name in quotes is looked up as it is, and no snapshot has upper-case letters; RESTORE folds both. */
function checkCase({ name, table }: NamedSnapshot): Problem[] {
  if (name.form !== 'string' || table === null || name.text === name.text.toLowerCase()) return [];
  const lower = name.text.toLowerCase();
  const message = say("A snapshot's name in quotes must be in lower case: '{0}'.", lower);
  return [
    problemAt(name, 'snapshot.upperCase', 'error', message, [
      replace(name, written(name, lower), say("Change to '{0}'", lower)),
    ]),
  ];
}

function checkNew({ read }: Checked): Problem[] {
  if (read.statement.kind !== 'createSnapshot') return [];
  const { name } = read.statement;
  if (name.text.toLowerCase() === 'live')
    return [
      problemAt(
        name,
        'snapshot.badName',
        'error',
        say('"{0}" cannot name a snapshot: it means the table now.', name.text),
      ),
    ];
  if (/^[a-z_][a-z0-9_]{0,63}$/i.test(name.text)) return [];
  const fixed = name.text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^(?=[^a-z_])/, '_')
    .slice(0, 64);
  const message = say(
    '"{0}" cannot name a snapshot everywhere: use letters, digits and _, at most 64, not starting with a digit.',
    name.text,
  );
  return [problemAt(name, 'snapshot.badName', 'warning', message, [replace(name, fixed, say('Change to {0}', fixed))])];
}

/** Later than every time of a catalog, in milliseconds. */
const farFuture = 1e15;

/** Milliseconds of a version; null is now, undefined not known. */
function timeOf(snapshot: string | null, { read, catalog }: Checked): number | undefined {
  if (snapshot === null) return Number.POSITIVE_INFINITY;
  // What the text makes itself has no time yet; its order is the order of the statements.
  const made = read.made.firstPlace(snapshot);
  if (made !== undefined) return farFuture + made;
  return findSnapshot(catalog, snapshot)?.createdAt;
}

function isSameTable(diff: Diff, read: DocumentStatement, catalog: Catalog): boolean {
  const [a, b] = [diff.target, diff.base].map((ref) => resolveTable(read, catalog, ref));
  return a?.table.toLowerCase() === b?.table.toLowerCase() && a?.database?.toLowerCase() === b?.database?.toLowerCase();
}

/** Newer AGAINST older: the other way round every change is shown as its opposite. */
function checkSides(checked: Checked): Problem[] {
  const { read, text, catalog } = checked;
  const { statement } = read;
  if (statement.kind !== 'diff' || !isSameTable(statement, read, catalog)) return [];
  const { target, base } = statement;
  if ([target, base].some(({ hint }) => hint !== null && hint.kind !== 'snapshot')) return [];
  const [newer, older] = [hintedSnapshot(target), hintedSnapshot(base)];
  const both = { start: target.start, end: base.end };
  if (newer === older)
    return [
      problemAt(both, 'diff.sameVersion', 'warning', say('Both sides are the same version, so nothing differs.')),
    ];
  const [a, b] = [timeOf(newer, checked), timeOf(older, checked)];
  if (a === undefined || b === undefined || a >= b) return [];
  const swap = {
    title: say('Exchange the two sides'),
    edits: [
      { start: target.start, end: target.end, text: text.slice(base.start, base.end) },
      { start: base.start, end: base.end, text: text.slice(target.start, target.end) },
    ],
  };
  const message = say(
    'The older version stands on the left, so inserts are shown as deletes: write newer AGAINST older.',
  );
  return [problemAt(both, 'diff.olderLeft', 'warning', message, [swap])];
}

/** Names of snapshots: those that are read and those that are made, and the two sides of a DIFF. */
export const checkNames: Check = (checked) => [
  ...snapshotsRead(checked.read.statement).flatMap((snapshot) => {
    const cased = checkCase(snapshot);
    return cased.length > 0 ? cased : checkKnown(snapshot, checked);
  }),
  ...checkNew(checked),
  ...checkSides(checked),
];

/** A second CREATE SNAPSHOT of a name that the text made above would fail. */
export const checkExisting: Check = ({ read }) => {
  const { statement } = read;
  if (statement.kind !== 'createSnapshot' || statement.ifNotExists) return [];
  const name = snapshotNameOf(statement.name);
  if (read.made.get(name) !== true) return [];
  return [problemAt(statement.name, 'snapshot.twice', 'warning', say('"{0}" is made twice in this text.', name))];
};
