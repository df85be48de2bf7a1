/** Writes docs/dialect.md and docs/language.md from the tables of forms, functions and statements and the recorded answers to them. */
import { type DocumentedKind, hints, statements } from '../../../../src/git4data/statements.ts';
import { type Answer, isSameAnswer, type Recorded, shownAnswer } from './asked.ts';
import type { Form } from './form.ts';
import { dialectEnd, dialectHead } from './dialectProse.ts';

/** A form with what was answered to it. */
export interface Answered extends Form {
  readonly recorded: Recorded;
  readonly own: Answer;
}

/** A function with its rule, and the first of its examples with what was answered to it. */
export interface AnsweredFunction {
  readonly name: string;
  readonly rule: string;
  readonly asked: Answered;
}

const longestAsked = 110;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text.length > longestAsked ? `${text.slice(0, longestAsked)}…` : text}\``;

/** What 4.1.4 answers where that is something else than ours. */
function serverCell({ recorded, own, ask }: Answered): string {
  if ('refused' in recorded.matrixone) return 'refused';
  return isSameAnswer(recorded.matrixone, own, ask.at(-1) ?? '') ? 'the same' : shownAnswer(recorded.matrixone);
}

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const formLine = (one: Answered): string =>
  line([
    code(one.form).length > 60 ? one.form : code(one.form),
    one.why === undefined ? one.rule : `${one.rule} (${one.why})`,
    code(one.ask.join('; ')),
    shownAnswer(one.own),
    serverCell(one),
  ]);

const formHead = ['| form | rule | asked | here | MatrixOne 4.1.4 |', '|---|---|---|---|---|'];
const formTable = (forms: readonly Answered[]): string[] => [...formHead, ...forms.map(formLine)];

/** `SELECT id, ABS(n) FROM t ORDER BY id` is about ABS(n). */
const expressionOf = (sql: string): string =>
  sql.replace(/^SELECT (?:id, )?/, '').replace(/ FROM t(?: ORDER BY id)?$/, '');

/** The rows without their first column, which only tells them apart. */
function valuesOf(answer: Answer, sql: string): Answer {
  if (!('rows' in answer) || !/^SELECT id, /.test(sql)) return answer;
  const { types, rows } = answer.rows;
  return { rows: { types: types.slice(1), rows: rows.map((row) => row.slice(1)) } };
}

function functionLine({ name, rule, asked }: AnsweredFunction): string {
  const sql = asked.ask[0] ?? '';
  const server = serverCell({ ...asked, recorded: { ...asked.recorded, matrixone: asked.recorded.matrixone } });
  const isPlain = server === 'the same' || server === 'refused';
  return line([
    name,
    rule,
    code(expressionOf(sql)),
    shownAnswer(valuesOf(asked.own, sql)),
    isPlain ? server : shownAnswer(valuesOf(asked.recorded.matrixone, sql)),
  ]);
}

/** docs/dialect.md. `functions` are those of one row; `aggregates` those over rows. */
export function dialectPage(
  sections: Readonly<Record<string, readonly Answered[]>>,
  functions: readonly AnsweredFunction[],
  aggregates: readonly AnsweredFunction[],
): string {
  const functionTable = (some: readonly AnsweredFunction[]): string[] => [
    '| function | gives | example | here | MatrixOne 4.1.4 |',
    '|---|---|---|---|---|',
    ...some.map(functionLine),
  ];
  return [
    dialectHead,
    ...Object.entries(sections).flatMap(([name, forms]) => [`### ${name}`, '', ...formTable(forms), '']),
    '## Functions',
    '',
    'The examples read the table of `test/stores/dialect/functions/examples.ts`, one value for each of its rows.',
    '',
    ...functionTable(functions),
    '',
    '## Functions over rows',
    '',
    ...functionTable(aggregates),
    '',
    dialectEnd,
  ].join('\n');
}

const languageHead = [
  '# The language: git-for-data statements',
  '',
  '<!-- Generated from src/git4data/statements.ts and the forms of test/stores/dialect/contract: change them, then run the test of the',
  '     contract with UPDATE=1. -->',
  '',
  'Ordinary SQL stays ordinary SQL ([dialect.md](dialect.md)). These statements and hints are added to it. Each form is asked of a table',
  '`samples` of which a row was inserted, one updated and one deleted since the snapshot `samples_v1`; what a MatrixOne 4.1.4 answered is',
  'recorded, and what the embedded engine answers is held to it.',
  '',
  '| statement | what it does | changes something |',
  '|---|---|---|',
];

/** docs/language.md. */
export function languagePage(forms: Readonly<Record<DocumentedKind | 'hints', readonly Answered[]>>): string {
  const kinds = Object.entries(statements) as [DocumentedKind, (typeof statements)[DocumentedKind]][];
  return [
    ...languageHead,
    ...kinds.map(([, doc]) => line([doc.title, doc.sentence, doc.writes ? 'yes' : 'no'])),
    ...kinds.flatMap(([kind, doc]) => [
      '',
      `## ${doc.title}`,
      '',
      `${doc.sentence} ${doc.cost}`,
      '',
      '```sql',
      ...doc.syntax,
      '```',
      '',
      'Example:',
      '',
      '```sql',
      doc.example,
      '```',
      '',
      ...formTable(forms[kind]),
    ]),
    '',
    '## Hints',
    '',
    '| hint | what it does |',
    '|---|---|',
    ...hints.map((hint) => line([code(hint.syntax), hint.sentence])),
    '',
    ...formTable(forms.hints),
    '',
  ].join('\n');
}
