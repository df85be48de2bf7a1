/**
 * The contract: each form of `contract/` has a recorded answer of MatrixOne 4.1.4 (and of MariaDB 10.11 where it knows the words), ours
 * stands to them as the table says, and docs/dialect.md and docs/language.md say it. `UPDATE=1` writes the pages;
 * `MATRIXONE_URL=… MYSQL_URL=… MATRIXONE_RECORD=1` records anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aggregates } from '../../../src/stores/embedded/typed/functions/aggregates.ts';
import { type Answer, askEmbedded, askServer, type Recorded, standingOf } from './contract/asked.ts';
import { askLanguage, askOwnLanguage } from './contract/askedLanguage.ts';
import { contractTables, type Form } from './contract/form.ts';
import { forms } from './contract/forms.ts';
import { functionRules } from './contract/functionRules.ts';
import { languageForms } from './contract/languageForms.ts';
import { type Answered, type AnsweredFunction, dialectPage, languagePage } from './contract/pages.ts';
import { examples, exampleTable } from './functions/examples.ts';
import type { Rows } from './fuzz/answers.ts';

const recordingOf = (name: string): URL => new URL(`../../fixtures/sql/${name}.json`, import.meta.url);
const [formAnswers, languageAnswers, functionAnswers] = ['contract', 'language', 'functions'].map(recordingOf) as [
  URL,
  URL,
  URL,
];
const { MATRIXONE_URL, MYSQL_URL, MATRIXONE_RECORD, UPDATE } = process.env;
const limit = 600_000;

const read = <T>(file: URL): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const write = (file: URL, entries: readonly unknown[]): void =>
  writeFileSync(file, `[\n${entries.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);

/** Every form of a table beside what was recorded of it and what we answer. */
function answeredOf<K extends string>(
  table: Readonly<Record<K, readonly Form[]>>,
  recorded: readonly Recorded[],
  own: readonly Answer[],
): Record<K, Answered[]> {
  let place = 0;
  const sections = (Object.entries(table) as [K, readonly Form[]][]).map(([name, some]) => [
    name,
    some.map((form) => {
      const answered = { ...form, recorded: recorded[place] as Recorded, own: own[place] as Answer };
      place++;
      expect(answered.recorded.ask, 'what was recorded').toEqual(form.ask);
      return answered;
    }),
  ]);
  return Object.fromEntries(sections) as Record<K, Answered[]>;
}

/** The forms whose answer stands otherwise to the recorded ones than the table says. */
const differing = (sections: Readonly<Record<string, readonly Answered[]>>): string[] =>
  Object.values(sections)
    .flat()
    .flatMap((one) => {
      const standing = standingOf(one, one.recorded, one.own);
      const says = one.is ?? 'same';
      return standing === says
        ? []
        : [`${one.ask.join('; ')}: ${says}, but ${standing}: ${JSON.stringify({ ...one.recorded, own: one.own })}`];
    });

function holdPage(name: string, text: string): void {
  const page = new URL(`../../../docs/${name}`, import.meta.url);
  if (UPDATE) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
}

test.runIf(MATRIXONE_RECORD === '1' && MATRIXONE_URL && MYSQL_URL)(
  'the servers are asked',
  async () => {
    const [all, language] = [Object.values(forms).flat(), Object.values(languageForms).flat()];
    const matrixone = await askServer(MATRIXONE_URL ?? '', 'contract_asked', all);
    const mariadb = await askServer(MYSQL_URL ?? '', 'contract_asked', all);
    write(
      formAnswers,
      all.map(({ ask }, i) => ({ ask, matrixone: matrixone[i], mariadb: mariadb[i] })),
    );
    const answers = await askLanguage(MATRIXONE_URL ?? '', language);
    write(
      languageAnswers,
      language.map(({ ask }, i) => ({ ask, matrixone: answers[i] })),
    );
  },
  limit,
);

interface FunctionAsked {
  readonly sql: string;
  readonly matrixone: Rows | null;
  readonly mariadb: Rows | null;
}

/** Each function by the first of its examples. */
async function functionsAnswered(): Promise<AnsweredFunction[]> {
  const recorded = new Map(read<FunctionAsked[]>(functionAnswers).map((one) => [one.sql, one]));
  const names = Object.keys(functionRules);
  const firsts = names.map((name): Form => {
    const rule = functionRules[name] ?? '';
    return { form: name, rule, ask: [examples[name]?.[0] ?? ''] };
  });
  const own = await askEmbedded(firsts, exampleTable);
  const answer = (rows: Rows | null | undefined): Answer => (rows ? { rows } : { refused: '' });
  return firsts.map((form, i) => {
    const asked = recorded.get(form.ask[0] ?? '');
    const servers = { ask: form.ask, matrixone: answer(asked?.matrixone), mariadb: answer(asked?.mariadb) };
    return { name: form.form, rule: form.rule, asked: { ...form, recorded: servers, own: own[i] as Answer } };
  });
}

test(
  'each form of the dialect is answered as the table says that it stands to the servers, and docs/dialect.md has it',
  async () => {
    const all = Object.values(forms).flat();
    const own = await askEmbedded(all, contractTables);
    const sections = answeredOf(forms, read<Recorded[]>(formAnswers), own);
    expect(differing(sections)).toEqual([]);
    expect(Object.keys(functionRules)).toEqual(Object.keys(examples));
    const functions = await functionsAnswered();
    const isOverRows = ({ name }: AnsweredFunction): boolean => Object.hasOwn(aggregates, name);
    holdPage(
      'dialect.md',
      dialectPage(
        sections,
        functions.filter((one) => !isOverRows(one)),
        functions.filter(isOverRows),
      ),
    );
  },
  limit,
);

test(
  'each form of git-for-data is answered as the table says, and docs/language.md has it',
  async () => {
    const own = await askOwnLanguage(Object.values(languageForms).flat());
    const sections = answeredOf(languageForms, read<Recorded[]>(languageAnswers), own);
    expect(differing(sections)).toEqual([]);
    holdPage('language.md', languagePage(sections));
  },
  limit,
);
