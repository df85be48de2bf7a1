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
  'src/extension/tree/keptDeltas.ts: deltas between snapshots',
  // What is kept in the registry is the same for everybody who reads it.
  'src/cli/commands/models/trainingFrame.ts: …@…, command line',
  // Commands to be typed, queries of style sheets, the page's frame and its policy.
  'src/cli/commands/loop/demoText.ts: model list',
  'src/protocol/panelPage.ts: worker-src blob:',
  // The head of a file, and lists of columns.
  'src/stores/embedded/file/header.ts: SQLite format 3\0',
  'src/stores/embedded/sqlite/manyDefinitions.ts: type, name, tbl_name, rootpage, sql',
  'src/stores/embedded/types/catalog.ts: g.id, g.tableId, g.stored, g.columns, g.key, g.rowName',
  'webview/page/verdictWatch.ts: (prefers-reduced-motion: reduce)',
  'webview/page/verdictWatch.ts: button, vscode-button',
  'webview/ui/grid.ts: grid-row is-…',
];

/** Their sentences are still to be put through `say`. */
const pending = [
  'src/stores/embedded/dialect/',
  'src/stores/embedded/statements/load.ts',
  'src/stores/matrixone/load/',
  'src/train/judging/',
  'src/train/prepare.ts',
  'src/train/reading.ts',
  'src/train/run.ts',
  'src/train/trainer.ts',
];

const isFrame = (text: string): boolean => text.startsWith('src/protocol/panelPage.ts: <!doctype html>');
/** What must hold of a row, as SQL. */
const isRule = (text: string): boolean => text.startsWith('src/stores/embedded/file/trust.ts: … AND ');

test('a sentence that a person can meet is said', () => {
  const found = unsaid(['src', 'webview']).filter((one) => !isFrame(one) && !isRule(one));
  expect(
    found.filter((one) => !noSentences.includes(one) && !pending.some((folder) => one.startsWith(folder))),
  ).toEqual([]);
  expect(noSentences.filter((one) => !found.includes(one))).toEqual([]);
});

test.each([
  ['a plain text', `tell('Nothing was changed.');`],
  ['a text with places', 'tell(`${rows} rows were deleted`);'],
  ['one word', `tell('Cancelled.');`],
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
