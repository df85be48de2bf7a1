import { describe, expect, test } from 'vitest';
import { splitStatements, statementAt } from '../../src/git4data/split.ts';

describe('statements of a text', () => {
  const cases: readonly [string, string[]][] = [
    ['', []],
    [' ;; -- nothing\n;', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
    ["SELECT ';'; SELECT `;`;", ["SELECT ';'", 'SELECT `;`']],
    ['-- a; b\nSELECT 1 /* ; */ + 1; # c;\nSELECT 2', ['SELECT 1 /* ; */ + 1', 'SELECT 2']],
    // No server takes it for a comment, so it is no way to lose a condition.
    ['DELETE FROM a /* WHERE b = 1; SELECT 2', ['DELETE FROM a /* WHERE b = 1; SELECT 2']],
    ["SELECT 'never closed; SELECT 2", ["SELECT 'never closed; SELECT 2"]],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='a;b'};x", ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='a;b'}", 'x']],
    ['SELECT 1 -- trailing', ['SELECT 1']],
    ["SELECT 1 // '\n; DROP TABLE t -- '", ['SELECT 1', 'DROP TABLE t']],
    ['/* a */ /*!40101 DROP TABLE t */;', ['/*!40101 DROP TABLE t */']],
    ['SELECT 1 /*! INTO OUTFILE */; SELECT 2', ['SELECT 1 /*! INTO OUTFILE */', 'SELECT 2']],
    [
      'DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b; END //\nDELIMITER ;\nSELECT 1; SELECT 2',
      ['CREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b; END', 'SELECT 1', 'SELECT 2'],
    ],
    [
      "SELECT 1;\n delimiter $$\nCREATE TRIGGER x BEGIN SET a = '$$'; END$$ SELECT 3 $$\nDelimiter ;\nSELECT 4;",
      ['SELECT 1', "CREATE TRIGGER x BEGIN SET a = '$$'; END", 'SELECT 3', 'SELECT 4'],
    ],
    ["SELECT '\nDELIMITER //\n'; SELECT 2", ["SELECT '\nDELIMITER //\n'", 'SELECT 2']],
    [
      'CREATE DEFINER = `a`@`b` PROCEDURE p() BEGIN IF x THEN SELECT 1; END IF; CASE y WHEN 1 THEN SELECT 2; END CASE; END; SELECT 3',
      [
        'CREATE DEFINER = `a`@`b` PROCEDURE p() BEGIN IF x THEN SELECT 1; END IF; CASE y WHEN 1 THEN SELECT 2; END CASE; END',
        'SELECT 3',
      ],
    ],
    [
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1; SELECT 1',
      ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1', 'SELECT 1'],
    ],
    // Never a piece of it: what has no END takes the rest.
    [
      'CREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b',
      ['CREATE PROCEDURE p() BEGIN DELETE FROM a; DELETE FROM b'],
    ],
    [
      'BEGIN; CREATE TABLE `trigger` (a INT); CREATE VIEW event AS SELECT 1; COMMIT',
      ['BEGIN', 'CREATE TABLE `trigger` (a INT)', 'CREATE VIEW event AS SELECT 1', 'COMMIT'],
    ],
  ];
  test.each(cases)('%j', (text, expected) => {
    expect(splitStatements(text).map((s) => text.slice(s.start, s.end))).toEqual(expected);
  });
});

describe('the statement at a cursor', () => {
  const cases: readonly [string, string | undefined][] = [
    ['SEL|ECT 1; SELECT 2;', 'SELECT 1'],
    ['SELECT 1;| SELECT 2;', 'SELECT 1'],
    ['SELECT 1; | SELECT 2;', 'SELECT 2'],
    ['SELECT 1;\n|\nSELECT 2;', undefined],
    ['|SELECT 1', 'SELECT 1'],
    ['SELECT 1|', 'SELECT 1'],
    ['   |  SELECT 1', 'SELECT 1'],
  ];
  test.each(cases)('%j', (marked, expected) => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const found = statementAt(text, offset);
    expect(found && text.slice(found.start, found.end)).toBe(expected);
  });
});
