/** Checks against what the bound server understands: its kind and its release. */
import { say } from '../../../base/say.ts';
import type { Diff, Problem, Restore, Statement, TableRef } from '../../ast.ts';
import { hintedSnapshot, tablesOf } from '../../ast.ts';
import type { CatalogConnection } from '../../catalog.ts';
import { dialects } from '../../dialects.ts';
import { tokenize } from '../../lexer.ts';
import { restoreSql } from '../../print.ts';
import { setOperationFix, twoTimesFixes } from './serverFixes.ts';
import { bracesSince, diffSince, isAtLeast, outputSince, type Release, readRelease } from '../../serverVersion.ts';
import { type Check, type Checked, problemAt, replace } from '../problem.ts';

const releaseText = (release: Release): string => release.join('.');

/** The release of a bound server; null where there is none, or it is not known. */
const releaseOf = (connection: CatalogConnection): Release | null =>
  dialects[connection.dialect].hasReleases ? readRelease(connection.version) : null;

/** Braces and FROM SNAPSHOT exclude each other, by release; the embedded engine takes braces. */
function checkRestoreForm(restore: Restore, connection: CatalogConnection): Problem[] {
  const release = releaseOf(connection);
  if (dialects[connection.dialect].hasReleases && release === null) return [];
  const wanted = release === null || isAtLeast(release, bracesSince) ? 'braces' : 'from';
  if (restore.form === wanted || restore.toAccount) return [];
  const server = release === null ? say('The embedded engine') : `MatrixOne ${releaseText(release)}`;
  const name = (part: { text: string } | null): string | null => part?.text ?? null;
  // The account is the connection's own in the newer form, and must be named in the older one.
  const account = wanted === 'from' || restore.level === 'account' ? name(restore.account) : null;
  const sql = restoreSql(
    {
      level: restore.level,
      account,
      database: name(restore.database),
      table: name(restore.table),
      snapshot: restore.snapshot.text.toLowerCase(),
    },
    wanted,
  );
  const shown = wanted === 'braces' ? "{SNAPSHOT = 'name'}" : 'RESTORE ACCOUNT … FROM SNAPSHOT name';
  return [
    problemAt(restore.formSpan, 'restore.form', 'error', say('{0} takes {1} here.', server, shown), [
      replace(restore, sql, say('Change to {0}', sql)),
    ]),
  ];
}

interface OutputRule {
  readonly what: string;
  readonly reason: string;
}

const withoutColumns: OutputRule = {
  what: 'COLUMNS with OUTPUT FILE',
  get reason() {
    return say('a file holds whole rows');
  },
};

function outputRule(diff: Diff, connection: CatalogConnection): OutputRule | null {
  const { form } = diff.output;
  if (!dialects[connection.dialect].runsGitForData) {
    return form === 'file' && diff.columns ? withoutColumns : null;
  }
  if (form === 'file' && diff.columns) return withoutColumns;
  const release = releaseOf(connection);
  if (release === null) return null;
  if (form === 'as' && !isAtLeast(release, outputSince.as))
    return { what: 'OUTPUT AS', reason: say('it works from {0} on', releaseText(outputSince.as)) };
  if (form === 'summary' && !isAtLeast(release, outputSince.summary))
    return { what: 'OUTPUT SUMMARY', reason: say('it works from {0} on', releaseText(outputSince.summary)) };
  if (diff.columns && !isAtLeast(release, outputSince.columns))
    return { what: 'COLUMNS', reason: say('it works from {0} on', releaseText(outputSince.columns)) };
  return null;
}

function checkOutput(diff: Diff, connection: CatalogConnection): Problem[] {
  const rule = outputRule(diff, connection);
  if (!rule) return [];
  const fixes = diff.outputSpan
    ? [
        replace(diff.outputSpan, 'OUTPUT COUNT', say('Change to OUTPUT COUNT')),
        replace(diff.outputSpan, 'OUTPUT LIMIT 100', say('Change to OUTPUT LIMIT 100')),
      ]
    : [];
  return [
    problemAt(
      diff.outputSpan ?? diff,
      'diff.output',
      'error',
      say('{0} is not supported here: {1}.', rule.what, rule.reason),
      fixes,
    ),
  ];
}

function checkEmbedded({ read }: Checked): Problem[] {
  const { statement } = read;
  const only = (what: string): Problem[] => [
    problemAt(
      statement,
      'engine.unsupported',
      'error',
      say('{0} needs MatrixOne; the embedded engine has snapshots and branches.', what),
    ),
  ];
  if (statement.kind === 'pitr') return only(statement.verb);
  const level =
    statement.kind === 'createSnapshot' ? statement.scope.level : statement.kind === 'restore' ? statement.level : null;
  if (level === 'account' || level === 'cluster') return only(say('A snapshot of the {0}', level));
  if (statement.kind === 'showSnapshots' && statement.where) {
    const plain = [replace(statement, 'SHOW SNAPSHOTS', say('Change to {0}', 'SHOW SNAPSHOTS'))];
    return only('SHOW SNAPSHOTS with WHERE').map((problem) => ({ ...problem, fixes: plain }));
  }
  return timeHints(statement).map((hint) =>
    problemAt(
      hint,
      'engine.unsupported',
      'error',
      say("A time in braces needs MatrixOne; name a snapshot here: {SNAPSHOT = 'name'}."),
    ),
  );
}

const timeHints = (statement: Statement) =>
  tablesOf(statement).flatMap(({ hint }) => (hint && hint.kind !== 'snapshot' ? [hint] : []));

/** With two times in one statement the server reads all tables at one of them, without a word. DIFF is made for two. */
function checkTwoTimes(checked: Checked): Problem[] {
  const { statement } = checked.read;
  if (statement.kind === 'diff') return [];
  const timeOf = (table: TableRef): string | null => hintedSnapshot(table) ?? table.hint?.value.text ?? null;
  const hinted = tablesOf(statement).filter((table) => table.hint !== null);
  const [first] = hinted;
  const second = first && hinted.find((table) => timeOf(table) !== timeOf(first));
  if (!second?.hint) return [];
  const message = say(
    'MatrixOne reads every table of a statement at one of its times. Compare two snapshots with DATA BRANCH DIFF, or clone one of them first.',
  );
  return [problemAt(second.hint, 'hint.twoTimes', 'warning', message, twoTimesFixes(checked, timeOf))];
}

/** EXCEPT, MINUS and INTERSECT return every row of a large table twice on MatrixOne. */
function checkSetOperations(checked: Checked): Problem[] {
  const { read, text } = checked;
  const { statement } = read;
  if (statement.kind !== 'select') return [];
  const words = new Set(['EXCEPT', 'MINUS', 'INTERSECT']);
  const found = tokenize(text.slice(statement.start, statement.end)).find(
    (token) => token.kind === 'word' && words.has(token.upper),
  );
  if (!found) return [];
  const where = { start: statement.start + found.start, end: statement.start + found.end };
  return [
    problemAt(
      where,
      'select.setOperation',
      'warning',
      say('{0} returns rows of large tables twice on MatrixOne. Use NOT EXISTS, EXISTS or a join.', found.upper),
      setOperationFix(checked, found.upper),
    ),
  ];
}

function checkMatrixone(checked: Checked, connection: CatalogConnection): Problem[] {
  const release = releaseOf(connection);
  const { statement } = checked.read;
  const problems = [...checkTwoTimes(checked), ...checkSetOperations(checked)];
  if (
    release !== null &&
    !isAtLeast(release, diffSince) &&
    (statement.kind === 'diff' || statement.kind === 'branch')
  ) {
    problems.push(
      problemAt(
        statement,
        'engine.unsupported',
        'error',
        say('DATA BRANCH works from MatrixOne {0} on; this is {1}.', releaseText(diffSince), releaseText(release)),
      ),
    );
  }
  return problems;
}

/** What the bound store does not take in this form, and what a server answers wrongly without a word. */
export const checkServer: Check = (checked) => {
  const { connection } = checked.catalog;
  const { statement } = checked.read;
  if (!connection) return [];
  return [
    ...(statement.kind === 'restore' ? checkRestoreForm(statement, connection) : []),
    ...(statement.kind === 'diff' ? checkOutput(statement, connection) : []),
    ...(dialects[connection.dialect].runsGitForData ? checkMatrixone(checked, connection) : checkEmbedded(checked)),
  ];
};
