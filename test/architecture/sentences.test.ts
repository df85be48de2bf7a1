// Every sentence that a person can meet goes through `say`, so that it can be translated.
import { expect, test } from 'vitest';
import { unsaid, unsaidIn } from '../../tools/prose.mjs';

/** Text that only looks like a sentence, and is nothing that is said. */
const noSentences = [
  // Keys under which the editor keeps something.
  'src/extension/connections/opener.ts: stores chosen in a dialog',
  'src/extension/connections/secrets.ts: logins of connections',
  'src/extension/connections/secrets.ts: servers that get passwords of the environment',
  'src/extension/runs/runs.ts: interrupted runs',
  'src/extension/sql/binding.ts: connections of SQL files',
  'src/extension/tree/treeNodes.ts: interrupted … … …',
  // Names of pages and processes of ours in the log and among the contexts.
  'src/extension/forms/formPanel.ts: form: …',
  'src/extension/forms/importSubject.ts: file …',
  'src/extension/panels/resultsPanel.ts: results: …',
  'src/extension/panels/trainingPanel.ts: panel: …',
  'src/extension/runs/trainerProcess.ts: trainer: …',
  // A title as a server has it.
  'src/stores/embedded/statements/branching.ts: diff … against …',
  // What a thing is kept under, or hashed by.
  'src/stores/embedded/dialect/functions.ts: like … …',
  'src/stores/matrixone/delta/deltaHints.ts: live …',
  'src/stores/matrixone/restore/restoreState.ts: \ntable … gone',
  // What is kept in the registry is the same for everybody who reads it.
  'src/cli/commands/models/trainingFrame.ts: …@…, command line',
  'src/cli/commands/record.ts: deltatrain/… cli',
  'src/extension/connections/writer.ts: deltatrain/… vscode',
  // Commands to be typed, queries of style sheets, the page's frame and its policy.
  'src/app/training/exclusions/exclude.ts: restore … --to … --where "…"',
  'src/app/training/exclusions/exclude.ts: restore … --to … --where …',
  'src/cli/commands/loop/demoText.ts: diff … --from … --to …',
  'src/cli/commands/loop/demoText.ts: evaluate …',
  'src/cli/commands/loop/demoText.ts: model list',
  'src/cli/help.ts: deltatrain …',
  'src/protocol/panelPage.ts: connect-src … blob:',
  'src/protocol/panelPage.ts: img-src … data:',
  'src/protocol/panelPage.ts: worker-src blob:',
  // The head of a file, and lists of columns.
  'src/app/checks/junit.ts: <?xml version="1.0" encoding="UTF-8"?>\n…\n',
  'src/stores/embedded/file/header.ts: SQLite format 3\0',
  'src/stores/embedded/sqlite/manyDefinitions.ts: type, name, tbl_name, rootpage, sql',
  'src/stores/embedded/types/catalog.ts: g.id, g.tableId, g.stored, g.columns, g.key, g.rowName',
  'src/stores/embedded/versions/undoLog.ts: rows = rows … 1, ',
  'webview/page/verdictWatch.ts: (prefers-reduced-motion: reduce)',
  'webview/page/verdictWatch.ts: button, vscode-button',
  'webview/ui/grid.ts: grid-row is-…',
];

const isFrame = (text: string): boolean => text.startsWith('src/protocol/panelPage.ts: <!doctype html>');
/** What must hold of a row, as SQL. */
const isRule = (text: string): boolean => /^src\/stores\/embedded\/file\/trust\.ts: (?:… AND |EXISTS \()/.test(text);
/** Statements in a file, as a server writes them. */
const isWritten = (text: string): boolean =>
  /^src\/stores\/embedded\/branches\/diffFile\.ts: (?:delete from|drop table|insert into|coalesce\(|… is null)/.test(
    text,
  );

test('a sentence that a person can meet is said', () => {
  const found = unsaid(['src', 'webview']).filter((one) => !isFrame(one) && !isRule(one) && !isWritten(one));
  expect(found.filter((one) => !noSentences.includes(one))).toEqual([]);
  expect(noSentences.filter((one) => !found.includes(one))).toEqual([]);
});

test.each([
  ['a plain text', `tell('Nothing was changed.');`],
  ['a text with places', 'tell(`${rows} rows were deleted`);'],
  ['one word', `tell('Cancelled.');`],
  ['one word beside a place', 'tell(`${type} holds ${most}`);'],
  ['one word before a place', 'tell(`Use ${name}.`);'],
  ['the part of another sentence', `say('{0} is there.', isTable ? 'the whole table' : name);`],
  ['a text in the page', 'html`<p class="dim">nothing was found here</p>`;'],
  ['a value of a place in the page', "html`<p title=${'a title of its own'}></p>`;"],
  ['a failure', `throw new Failure('sql.failed', { message: 'It cannot be read' });`],
])('found: %s', (_, text) => {
  expect(unsaidIn('planted.ts', text)).toHaveLength(1);
});

test.each([
  ['what is said', `say('Nothing was changed in {0}.', name);`],
  ['what is said later', `const about = later('The older snapshot');`],
  ['a statement', 'run(`SELECT a, b FROM t WHERE a = ${value} ORDER BY a`);'],
  ['the message of a bug', `throw new Error('this cannot be here');`],
  ['a type', `type Kind = 'one of many' | 'another one';`],
  ['how a command is called', `const command = { usage: 'db.t --to snapshot [--yes]', name: 'snapshot list' };`],
  ['attributes of the page', 'html`<p class="dim and small" title=${say("The delta")}></p>`;'],
])('left alone: %s', (_, text) => {
  expect(unsaidIn('planted.ts', text)).toEqual([]);
});
