// What the editor and `lint` say of a statement before it is run is what the engine says when it is.
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/git4data/catalog.ts';
import { diagnose } from '../../../src/git4data/service/diagnose.ts';
import { readDocument } from '../../../src/git4data/service/document.ts';
import { hover } from '../../../src/git4data/service/hover.ts';
import { lintText } from '../../../src/cli/commands/data/lintText.ts';
import { answerColumns, foreseen } from '../../../src/stores/embedded/statements/foreseen.ts';

const engine = { foreseen, answerColumns };
const catalog: Catalog = {
  connection: { name: 'risk', dialect: 'own', version: null, database: 'shop' },
  databases: ['shop'],
  tables: [
    {
      database: 'shop',
      table: 't',
      columns: [
        { name: 'id', type: 'BIGINT UNSIGNED', isKey: true },
        { name: 'day', type: 'DATE', isKey: false },
        { name: 'd', type: 'DECIMAL(10,2)', isKey: false },
        { name: 's', type: 'VARCHAR(10)', isKey: false },
      ],
      referencedBy: [],
    },
  ],
  snapshots: null,
  deltas: [],
};

describe('a statement that the embedded engine refuses is underlined before it is run', () => {
  test.each<[string, string, string]>([
    ['SELECT id FROM t WHERE day < 20240102', 'day < 20240102', 'DATE beside BIGINT'],
    ['SELECT 1;\nUPDATE t SET d = day', 'day', 'DATE into DECIMAL(10,2)'],
    ['SELECT nope FROM t', 'nope', 'nope'],
    ['SELECT id ^ 2 FROM t', '^', ''],
    ['SELECT STDDEV(d) FROM t', 'SELECT', 'STDDEV'],
    ['CREATE PROCEDURE p() BEGIN DELETE FROM t; END', 'CREATE', 'PROCEDURE'],
    ['CREATE TABLE u (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES t (id))', 'CREATE', 'FOREIGN KEY'],
    ['CREATE TABLE u (id INT PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES t (id))', 'CREATE', 'FOREIGN KEY'],
    ['CREATE TABLE u (d DECIMAL(40,2))', 'CREATE', 'DECIMAL(40,2)'],
    ['ALTER TABLE t MODIFY d INT', 'ALTER', 'MODIFY'],
  ])('%s', (text, place, words) => {
    const problems = diagnose(readDocument(text), catalog, engine);
    expect(problems).toHaveLength(1);
    const [{ start, end, message, severity } = { start: 0, end: 0, message: '', severity: '' }] = problems;
    expect(text.slice(start, end)).toBe(place);
    expect(message).toContain(words);
    expect(severity).toBe('error');
  });

  test.each([
    "SELECT id, d + 1 FROM t WHERE day < '2024-01-02' AND s > 9",
    'SELECT x FROM unknown_table',
    'SELECT id FROM t WHERE',
    'ALTER TABLE t ADD COLUMN x INT; SELECT x FROM t',
    'CREATE TABLE n (a INT); SELECT b FROM n',
    "DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'}",
    'CREATE SNAPSHOT v1 FOR TABLE shop t',
  ])('nothing is said of: %s', (text) => {
    const found = diagnose(readDocument(text), catalog, engine).filter(({ code }) => code === 'engine.unsupported');
    expect(found).toEqual([]);
  });

  test.each([
    ['SELECT dayy, d FROM t', 'SELECT day, d FROM t'],
    ['SELECT t.dayy FROM t', 'SELECT t.day FROM t'],
    [
      'CREATE TABLE u (id INT PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES t (id))',
      'CREATE TABLE u (id INT PRIMARY KEY, x INT)',
    ],
    [
      'CREATE TABLE u (id INT PRIMARY KEY, at DATETIME ON UPDATE CURRENT_TIMESTAMP)',
      'CREATE TABLE u (id INT PRIMARY KEY, at DATETIME )',
    ],
    ["SHOW SNAPSHOTS WHERE SNAPSHOT_NAME = 'a'", 'SHOW SNAPSHOTS'],
    // Without its foreign key it would be refused for its type.
    ['CREATE TABLE u (d DECIMAL(40,2), FOREIGN KEY (d) REFERENCES t (d))', null],
    ['SELECT nope FROM t', null],
  ])('%s is mended as %s', (text, mended) => {
    const [problem] = diagnose(readDocument(text), catalog, engine);
    expect(problem?.code).toBe('engine.unsupported');
    const [edit] = problem?.fixes[0]?.edits ?? [];
    expect(edit ? text.slice(0, edit.start) + edit.text + text.slice(edit.end) : null).toBe(mended);
  });

  test('and not on a server, where it may well run', () => {
    const connection = { name: 'mo', dialect: 'matrixone', version: '4.1.4', database: 'shop' } as const;
    expect(diagnose(readDocument('SELECT STDDEV(d) FROM t'), { ...catalog, connection }, engine)).toEqual([]);
  });
});

describe('types under the cursor', () => {
  const shown = (text: string, at: string): string =>
    hover(readDocument(text), text.indexOf(at) + 1, catalog, 0, engine)?.markdown ?? '';
  test('of a column', () => {
    expect(shown('SELECT d FROM t', 'd')).toBe('t.`d` **DECIMAL\\(10,2\\)**');
    expect(shown('UPDATE t SET s = 1', 's =')).toContain('VARCHAR');
  });
  test('of an answer', () => {
    expect(shown('SELECT d * 2 AS twice, LENGTH(s) n, id FROM t', 'SELECT')).toBe(
      '**The answer**\n\n- `twice` DECIMAL\\(11,2\\)\n- `n` BIGINT\n- `id` BIGINT UNSIGNED',
    );
  });
});

test('lint refuses what the engine refuses, when it is asked', () => {
  const text =
    'DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b; END //\nDELIMITER ;\nSELECT 1;\n';
  expect(lintText(text, { engine }).problems).toMatchObject([
    { code: 'engine.unsupported', severity: 'error', message: expect.stringContaining('PROCEDURE p') as string },
  ]);
  expect(lintText(text).problems).toEqual([]);
});

test('a script is checked as it is run: its session says nothing, a routine is refused as one, also within comments', () => {
  const text = `/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
START TRANSACTION;
CREATE TABLE t (a INT, s TEXT, FULLTEXT KEY f (s));
COMMIT;
DELIMITER ;;
/*!50003 CREATE*/ /*!50020 DEFINER=a@b*/ /*!50003 TRIGGER ins BEFORE INSERT ON t FOR EACH ROW BEGIN DELETE FROM t; END */;;
CREATE PROCEDURE p() BEGIN DELETE FROM t; END ;;
DELIMITER ;
SET TIME_ZONE = '+02:00';`;
  const { problems } = lintText(text, { engine });
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('CREATE TRIGGER ins'),
    expect.stringContaining('CREATE PROCEDURE p'),
    expect.stringContaining('SET TIME_ZONE'),
  ]);
  expect(problems.map(({ severity }) => severity)).toEqual(['error', 'error', 'error']);
  expect(lintText(text, { engine, isGuess: true }).problems.map(({ severity }) => severity)).toEqual([
    'warning',
    'warning',
    'warning',
  ]);
});
