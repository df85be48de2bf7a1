// A document that is read anew only where it was edited is the one that would be read whole, with the same problems.
import { expect, test } from 'vitest';
import { codeLenses } from '../../../src/git4data/service/codeLens.ts';
import { diagnose } from '../../../src/git4data/service/diagnose.ts';
import { readDocument, type SqlDocument } from '../../../src/git4data/service/document.ts';
import { editedDocument } from '../../../src/git4data/service/editedDocument.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { answerColumns, foreseen } from '../../../src/stores/embedded/statements/foreseen.ts';
import { shop } from './shop.ts';

const engine = { foreseen, answerColumns };
const catalog = { ...shop, connection: { name: 'a', dialect: 'own', version: null, database: 'shop' } as const };

/** When the lenses are asked for. */
const now = 1_800_000_000_000;

/** Everything of a document that does not depend on how it was read. */
const shown = ({ text, tokens, statements }: SqlDocument): string =>
  JSON.stringify({
    text,
    tokens,
    statements: statements.map(({ statement, problems, used, made, newTables, altered }) => ({
      statement,
      problems,
      used,
      made: [...made.names()],
      newTables: [...newTables.names()],
      altered: [...altered.names()],
    })),
  });

const lines = [
  'SELECT id, label FROM samples WHERE id > 5;',
  "INSERT INTO samples (id, label) VALUES (1, 'a;b');",
  "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT = 'samples_v1'} OUTPUT COUNT; -- a comment; with one",
  '/* nothing; here */ UPDATE samples SET label = "x" WHERE id = 2;;',
  'CREATE SNAPSHOT s1 FOR TABLE shop samples;',
  'SELECT STDDEV(id) FROM samples;',
  'CREATE PROCEDURE p() BEGIN DELETE FROM samples; END;',
  'USE shop;',
  'CREATE TABLE n (id INT, a INT);',
  'ALTER TABLE samples ADD COLUMN c INT;',
  'SELECT nope FROM samples',
];
const pieces = [
  'x',
  ' ',
  ';',
  "'",
  '"',
  '/*',
  '*/',
  '--',
  '\n',
  '1',
  '.',
  'DELIMITER //\n',
  'BEGIN ',
  'END',
  'SELECT 1;',
  '`',
  '(',
];

test.each([1, 2, 3, 4, 5, 6])('random edits, seed %i', (seed) => {
  const random = seededRandom(String(seed));
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  let text = Array.from({ length: 12 }, () => pick(lines)).join('\n');
  let document = readDocument(text);
  let taken = 0;
  for (let i = 0; i < 250; i++) {
    const at = random.below(text.length + 1);
    const gone = random.below(3) === 0 ? random.below(6) : 0;
    text = `${text.slice(0, at)}${random.below(4) === 0 ? '' : pick(pieces)}${text.slice(at + gone)}`;
    // Back to something whole now and then, as a person does.
    if (i % 9 === 8) text = Array.from({ length: 12 }, () => pick(lines)).join('\n');
    diagnose(document, catalog, engine);
    const edited = editedDocument(document, text);
    if (edited) taken++;
    const whole = readDocument(text);
    document = edited ?? whole;
    expect(shown(document)).toBe(shown(whole));
    expect(diagnose(document, catalog, engine)).toEqual(diagnose(readDocument(text), catalog, engine));
    expect(codeLenses(document, catalog, now)).toEqual(codeLenses(readDocument(text), catalog, now));
  }
  expect(taken).toBeGreaterThan(60);
});

test('a lens is another one when time has passed, and when the catalog is another one', () => {
  const document = readDocument("SELECT * FROM samples{SNAPSHOT = 'samples_v1'};");
  const titles = (of: typeof catalog, at: number): string[] => codeLenses(document, of, at).map(({ title }) => title);
  const made = (catalog.snapshots ?? []).find(({ name }) => name === 'samples_v1');
  const then = made?.createdAt ?? 0;
  const young = titles(catalog, then + 60_000);
  expect(young.join()).toContain('1 minute ago');
  expect(titles(catalog, then + 120_000).join()).toContain('2 minutes ago');
  expect(titles({ ...catalog, snapshots: [] }, then + 60_000)).toEqual(young.slice(0, 1));
});
