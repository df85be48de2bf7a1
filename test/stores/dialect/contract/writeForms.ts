/** Forms of what changes rows and tables, each with its rule, by section of the page. */
import type { Form } from './form.ts';

const changed = (change: string, read: string): readonly string[] => [change, read];

export const writeForms: Readonly<Record<string, readonly Form[]>> = {
  'Changes of rows': [
    {
      form: 'INSERT … VALUES',
      rule: 'each value by the rule of its column',
      ask: changed("INSERT INTO t (id, n, d) VALUES (9, '7', 1.0005)", 'SELECT n, d FROM t WHERE id = 9'),
    },
    {
      form: 'INSERT … SELECT',
      rule: 'the same',
      ask: changed('INSERT INTO u (id, v) SELECT id + 10, d FROM t WHERE id = 2', 'SELECT v FROM u WHERE id = 12'),
    },
    {
      form: 'INSERT … SET',
      rule: 'the same',
      ask: changed('INSERT INTO u SET id = 9, v = 1', 'SELECT v FROM u WHERE id = 9'),
    },
    {
      form: 'INSERT IGNORE',
      rule: 'leaves out rows whose key exists; any other fault is one',
      ask: changed('INSERT IGNORE INTO u (id, v) VALUES (1, 5), (9, 5)', 'SELECT id, v FROM u WHERE v = 5'),
    },
    {
      form: 'ON DUPLICATE KEY UPDATE',
      rule: 'VALUES(c) is the new value',
      ask: changed(
        'INSERT INTO u (id, v) VALUES (1, 5) ON DUPLICATE KEY UPDATE v = VALUES(v) + 1',
        'SELECT v FROM u WHERE id = 1',
      ),
    },
    {
      form: 'REPLACE',
      rule: 'the old row goes',
      ask: changed('REPLACE INTO u (id, v) VALUES (1, 5)', 'SELECT * FROM u WHERE id = 1'),
    },
    {
      form: 'UPDATE',
      rule: 'a value that does not fit is an error',
      ask: changed('UPDATE u SET v = v * 2 WHERE v < 1', 'SELECT v FROM u ORDER BY id'),
    },
    {
      form: 'UPDATE … JOIN',
      rule: 'one table is changed',
      ask: changed('UPDATE t JOIN u ON u.t_id = t.id SET t.n = 0 WHERE u.v > 1', 'SELECT id, n FROM t ORDER BY id'),
    },
    {
      form: 'DELETE',
      rule: 'a text that is no number beside a number is an error',
      ask: changed('DELETE FROM t WHERE n = 10', 'SELECT id FROM t ORDER BY id'),
    },
    {
      form: "text beside a number in a change's WHERE",
      rule: 'an error where it is no number',
      ask: ['DELETE FROM t WHERE s > 7'],
      is: 'refused',
    },
    {
      form: 'DECIMAL into a column',
      rule: 'rounded half up; too many digits before the point are an error',
      ask: changed('UPDATE u SET v = 0.005 WHERE id = 1', 'SELECT v FROM u WHERE id = 1'),
    },
    {
      form: 'DECIMAL that does not fit',
      rule: 'an error',
      ask: ['UPDATE u SET v = 10000 WHERE id = 1'],
      is: 'refused',
    },
    {
      form: 'DOUBLE into a whole number',
      rule: 'to the even one of two',
      ask: changed('UPDATE t SET n = x WHERE id = 1', 'SELECT n FROM t WHERE id = 1'),
      is: 'mysql',
    },
    {
      form: 'BIGINT UNSIGNED',
      rule: 'to 2^64 − 1',
      ask: changed('UPDATE t SET ub = 18446744073709551614 WHERE id = 2', 'SELECT ub FROM t ORDER BY ub'),
    },
    {
      form: 'text that is too long',
      rule: 'an error',
      ask: ["UPDATE t SET s = '123456789012345678901' WHERE id = 1"],
      is: 'refused',
    },
    {
      form: 'number into BOOL',
      rule: 'refused but for 0 and 1',
      ask: ['UPDATE t SET o = 2 WHERE id = 1'],
      is: 'refused',
    },
    {
      form: 'SET a = 1, b = a',
      rule: 'refused: MySQL reads the new a, MatrixOne the old one',
      ask: ['UPDATE t SET n = 1, b = n'],
      is: 'refused',
    },
    {
      form: 'DEFAULT as a value',
      rule: 'refused: leave the column out',
      ask: ['UPDATE t SET n = DEFAULT'],
      is: 'refused',
    },
    {
      form: 'ORDER BY, LIMIT in a change',
      rule: 'refused: name the rows in WHERE',
      ask: ['DELETE FROM t ORDER BY id LIMIT 1'],
      is: 'refused',
    },
    {
      form: 'DELETE of several tables',
      rule: 'refused',
      ask: ['DELETE t, u FROM t JOIN u ON u.t_id = t.id'],
      is: 'refused',
    },
    {
      form: 'WITH before a change',
      rule: 'refused',
      ask: ['WITH q AS (SELECT 1 AS i) DELETE FROM t WHERE id IN (SELECT i FROM q)'],
      is: 'refused',
    },
    { form: 'LOAD DATA', rule: 'refused: import the file', ask: ["LOAD DATA INFILE 'x' INTO TABLE t"], is: 'refused' },
  ],
  Shapes: [
    {
      form: 'CREATE TABLE',
      rule: 'the types of the page on exact numbers; engine, charset and collation are ignored',
      ask: changed(
        'CREATE TABLE c (a INT PRIMARY KEY, q DECIMAL(10,2) DEFAULT 1.5, z VARCHAR(5) NOT NULL, KEY k (q)) ENGINE=InnoDB',
        "INSERT INTO c (a, z) VALUES (1, 'x')",
      ).concat('SELECT * FROM c'),
    },
    {
      form: 'AUTO_INCREMENT',
      rule: 'of the one key column',
      ask: [
        'CREATE TABLE c (a INT PRIMARY KEY AUTO_INCREMENT, q INT)',
        'INSERT INTO c (q) VALUES (5), (6)',
        'SELECT * FROM c ORDER BY a',
      ],
    },
    {
      form: 'CHECK',
      rule: 'typed; a row that breaks it is an error',
      ask: ['CREATE TABLE c (a INT, CHECK (a > 0))', 'INSERT INTO c VALUES (-1)'],
      is: 'refused',
    },
    {
      form: 'UNIQUE',
      rule: 'a second one is an error',
      ask: ['CREATE TABLE c (a INT, UNIQUE (a))', 'INSERT INTO c VALUES (1), (1)'],
      is: 'refused',
    },
    {
      form: 'CREATE TABLE … AS SELECT',
      rule: 'columns keep their declared types',
      ask: ['CREATE TABLE c AS SELECT id, d FROM t WHERE id < 3', 'SELECT * FROM c ORDER BY id'],
    },
    {
      form: 'CREATE TABLE … LIKE',
      rule: 'with keys and indexes',
      ask: ['CREATE TABLE c LIKE u', 'SELECT COUNT(*) FROM c'],
    },
    {
      form: 'ALTER TABLE … ADD COLUMN',
      rule: 'rows there get its default',
      ask: ['ALTER TABLE u ADD COLUMN k INT DEFAULT 7', 'SELECT id, k FROM u ORDER BY id'],
    },
    {
      form: 'ALTER TABLE … DROP COLUMN',
      rule: 'older snapshots keep it',
      ask: ['ALTER TABLE u DROP COLUMN size', 'SELECT * FROM u WHERE id = 1'],
    },
    {
      form: 'ALTER TABLE … RENAME COLUMN',
      rule: 'older snapshots keep the name',
      ask: ['ALTER TABLE u RENAME COLUMN v TO price', 'SELECT price FROM u WHERE id = 1'],
    },
    {
      form: 'ALTER TABLE … RENAME TO, RENAME TABLE',
      rule: 'its history goes with it',
      ask: ['ALTER TABLE u RENAME TO c', 'SELECT COUNT(*) FROM c'],
    },
    {
      form: 'CREATE INDEX, DROP INDEX',
      rule: 'changes no answer',
      ask: ['CREATE INDEX k ON u (v)', 'SELECT id FROM u WHERE v > 1'],
    },
    {
      form: 'TRUNCATE TABLE',
      rule: 'can be compared and restored',
      ask: ['TRUNCATE TABLE u', 'SELECT COUNT(*) FROM u'],
    },
    {
      form: 'DROP TABLE',
      rule: 'a snapshot brings it back',
      ask: ['DROP TABLE IF EXISTS u, nothing', 'SELECT COUNT(*) FROM u'],
      is: 'refused',
    },
    {
      form: 'FOREIGN KEY',
      rule: 'refused, with the table',
      ask: ['CREATE TABLE c (a INT, FOREIGN KEY (a) REFERENCES t (id))'],
      is: 'refused',
    },
    {
      form: 'generated columns',
      rule: 'refused: compute it in the query',
      ask: ['CREATE TABLE c (a INT, q INT GENERATED ALWAYS AS (a + 1) STORED)'],
      is: 'refused',
    },
    {
      form: 'ON UPDATE CURRENT_TIMESTAMP',
      rule: 'refused: set the column in the UPDATE',
      ask: ['CREATE TABLE c (a TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)'],
      is: 'refused',
    },
    {
      form: 'PARTITION BY',
      rule: 'refused',
      ask: ['CREATE TABLE c (a INT) PARTITION BY HASH(a) PARTITIONS 2'],
      is: 'refused',
    },
    {
      form: 'MODIFY, CHANGE',
      rule: 'refused: add a column, fill it, drop the old one',
      ask: ['ALTER TABLE u MODIFY v DOUBLE'],
      is: 'refused',
    },
    {
      form: 'CREATE VIEW',
      rule: 'refused: write the query as WITH',
      ask: ['CREATE VIEW c AS SELECT 1 AS i'],
      is: 'refused',
    },
    {
      form: 'CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT',
      rule: 'refused as one statement',
      ask: ['CREATE PROCEDURE p() BEGIN DELETE FROM t; DELETE FROM u; END'],
      is: 'refused',
    },
    { form: 'TEMPORARY TABLE', rule: 'refused: use WITH', ask: ['CREATE TEMPORARY TABLE c (a INT)'], is: 'refused' },
    {
      form: 'START TRANSACTION … COMMIT',
      rule: 'refused: each statement is a transaction',
      ask: ['START TRANSACTION'],
      is: 'refused',
    },
    {
      form: 'GRANT, CREATE USER',
      rule: 'refused: there are no accounts here',
      ask: ['CREATE USER nobody'],
      is: 'refused',
    },
  ],
};
