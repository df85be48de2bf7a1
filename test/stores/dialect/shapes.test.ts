// What changes a table's shape, translated: data for whoever makes and alters tables.
import { beforeEach, describe, expect, test } from 'vitest';

import { translate } from '../../../src/stores/embedded/dialect/translate.ts';
import { PlainStore } from './plainStore.ts';

let store = new PlainStore();
beforeEach(() => {
  store = new PlainStore();
  for (const sql of [
    'USE d',
    'CREATE TABLE t (id BIGINT PRIMARY KEY, n INT, x DOUBLE, amount DECIMAL(10,2), name VARCHAR(20), day DATE, at DATETIME, fine DATETIME(3))',
    "INSERT INTO t VALUES (1, 7, 1.5, 12.5, 'Ann', '2026-06-05', '2026-06-05 00:00:00', '2026-06-05 10:00:00.5'), (2, -7, 2, NULL, 'bob', NULL, NULL, NULL)",
  ])
    store.run(sql);
});

describe('changes of shape come as data', () => {
  const cases: readonly [string, object][] = [
    [
      "CREATE TABLE IF NOT EXISTS x.y (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY COMMENT 'k', e ENUM('a','b''c') NOT NULL DEFAULT 'a', `select` decimal ( 10 , 2 ) CHECK (`select` > 0), made DATETIME DEFAULT CURRENT_TIMESTAMP, UNIQUE KEY u (e), INDEX i (made DESC)) ENGINE=InnoDB COMMENT='z'",
      {
        kind: 'createTable',
        table: { database: 'x', table: 'y' },
        ifNotExists: true,
        columns: [
          { name: 'id', type: 'INT UNSIGNED', nullable: false, defaultSql: null, autoIncrement: true },
          { name: 'e', type: "ENUM('a','b''c')", nullable: false, defaultSql: "'a'", autoIncrement: false },
          { name: 'select', type: 'DECIMAL(10,2)', nullable: true, defaultSql: null, autoIncrement: false },
          {
            name: 'made',
            type: 'DATETIME',
            nullable: true,
            defaultSql: "(datetime('now', 'localtime'))",
            autoIncrement: false,
          },
        ],
        key: ['id'],
        unique: [['e']],
        checks: [{ sql: '("select" > 0)', name: null, text: '`select` > 0' }],
        indexes: [{ name: 'i', columns: ['made'] }],
      },
    ],
    ['CREATE TABLE y (a INT, b INT, PRIMARY KEY (b, a))', { key: ['b', 'a'] }],
    [
      'ALTER TABLE t ADD COLUMN c INT DEFAULT 3, DROP COLUMN n, RENAME COLUMN x TO z',
      {
        kind: 'alterTable',
        actions: [
          {
            action: 'addColumn',
            column: { name: 'c', type: 'INT', nullable: true, defaultSql: '3', autoIncrement: false },
          },
          { action: 'dropColumn', column: 'n' },
          { action: 'renameColumn', column: 'x', to: 'z' },
        ],
      },
    ],
    [
      'RENAME TABLE t TO e.u',
      { kind: 'alterTable', actions: [{ action: 'renameTable', to: { database: 'e', table: 'u' } }] },
    ],
    [
      'DROP TABLE IF EXISTS t, e.u',
      {
        kind: 'dropTable',
        ifExists: true,
        tables: [
          { database: 'd', table: 't' },
          { database: 'e', table: 'u' },
        ],
      },
    ],
    ['TRUNCATE TABLE t', { kind: 'truncate', table: { database: 'd', table: 't' } }],
    ['CREATE DATABASE IF NOT EXISTS e', { kind: 'createDatabase', database: 'e', ifNotExists: true }],
    ['DROP DATABASE e', { kind: 'dropDatabase', ifExists: false }],
    ['SHOW TABLES FROM e', { kind: 'showTables', database: 'e', full: false, like: null }],
    ["SHOW FULL TABLES LIKE 'a%'", { kind: 'showTables', database: 'd', full: true, like: 'a%' }],
    ["SHOW COLUMNS FROM t FROM e LIKE 'a'", { kind: 'showColumns', table: { database: 'e', table: 't' }, like: 'a' }],
    ['DESC t n', { kind: 'showColumns', table: { database: 'd', table: 't' }, like: 'n' }],
    ["SHOW DATABASES LIKE 'x'", { kind: 'showDatabases', like: 'x' }],
    ['SHOW COLUMNS FROM t FROM e', { kind: 'showColumns', table: { database: 'e', table: 't' } }],
    ['DESC t', { kind: 'showColumns', table: { database: 'd', table: 't' } }],
    ["SHOW CREATE TABLE t{SNAPSHOT='s'}", { kind: 'showCreateTable', snapshot: 's' }],
    ['SHOW DATABASES', { kind: 'showDatabases' }],
    ['CREATE UNIQUE INDEX i ON t (a, b)', { kind: 'createIndex', name: 'i', unique: true, columns: ['a', 'b'] }],
    ['SET NAMES utf8mb4', { kind: 'nothing' }],
  ];
  test.each(cases)('%s', (sql, expected) => {
    expect(translate(sql, store.context)).toMatchObject(expected);
  });
});
