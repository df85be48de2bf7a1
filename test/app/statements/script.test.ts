import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { Failure } from '../../../src/base/failure.ts';
import { rowAt } from '../../../src/data/page.ts';
import { withoutConditions } from '../../../src/git4data/script/conditional.ts';
import { takesBack } from '../../../src/git4data/script/scriptStatement.ts';
import { splitStatements } from '../../../src/git4data/split.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';

let folder: string;
let store: EmbeddedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-'));
  store = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  leftOut: string[];
  ran: number;
  skipped: number;
  refused: string[];
  rows: unknown[][];
}

/** Every statement of a script, going on after one that is refused. */
async function runScript(script: string, leavesOut = false): Promise<Told> {
  const told: Told = { leftOut: [], ran: 0, skipped: 0, refused: [], rows: [] };
  const statements = splitStatements(script);
  const context = { takesBack: takesBack(script), leavesOut };
  let database: string | null = null;
  for (const { start, end } of statements) {
    const pages = runStatement(store, { sql: script.slice(start, end), database, script: context }, async () => true);
    try {
      for (;;) {
        const step = await pages.next();
        if (!step.done) {
          for (let i = 0; i < step.value.rows; i++) told.rows.push(rowAt(step.value, i));
          continue;
        }
        ({ database } = step.value);
        told.leftOut.push(...step.value.leftOut);
        if (step.value.skipped) told.skipped++;
        else told.ran++;
        break;
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      told.refused.push(error.message);
    }
  }
  return told;
}

const dump = `-- MySQL dump 10.13
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-5';
CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;
USE \`shop\`;
DROP TABLE IF EXISTS \`item\`;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE \`item\` (
  \`id\` smallint unsigned NOT NULL AUTO_INCREMENT,
  \`name\` varchar(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  \`price\` decimal(5,2) NOT NULL DEFAULT '4.99',
  \`kind\` enum('a','b') DEFAULT 'a',
  \`raw\` blob,
  \`seen\` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (\`id\`),
  KEY \`by_name\` (\`name\`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='what; is sold';
LOCK TABLES \`item\` WRITE;
/*!40000 ALTER TABLE \`item\` DISABLE KEYS */;
START TRANSACTION;
INSERT INTO \`item\` VALUES (1,'it''s; \\'so\\'',4.99,'b',_binary 'ab',  '2024-01-02 03:04:05'),(2,'two',0.50,NULL,0x00FF,'2024-01-02 03:04:05');
COMMIT;
/*!40000 ALTER TABLE \`item\` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`%\`*/ /*!50003 TRIGGER \`ins_item\` AFTER INSERT ON \`item\` FOR EACH ROW BEGIN DELETE FROM item; DELETE FROM item; END */;;
CREATE PROCEDURE p() BEGIN DELETE FROM item; DELETE FROM item; END ;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`%\` SQL SECURITY DEFINER */
/*!50001 VIEW \`cheap\` AS select 1 AS \`id\` */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
SELECT id, name, price, kind, raw, seen FROM item ORDER BY id;
`;

test('a mysqldump runs, its session is left out, and what is no table is refused as one statement', async () => {
  const told = await runScript(dump);
  expect(told.refused).toEqual([
    expect.stringContaining('CREATE TRIGGER `ins_item`'),
    expect.stringContaining('CREATE PROCEDURE p'),
    expect.stringContaining('CREATE VIEW `cheap`'),
  ]);
  expect(told.skipped).toBe(15);
  expect(told.ran).toBe(6);
  expect(told.rows).toEqual([
    [1, `it's; 'so'`, '4.99', 'b', new TextEncoder().encode('ab'), '2024-01-02 03:04:05'],
    [2, 'two', '0.50', null, new Uint8Array([0, 255]), '2024-01-02 03:04:05'],
  ]);
});

describe('what would change the meaning of a script is refused', () => {
  test.each([
    ["SET TIME_ZONE = '+02:00'", 'UTC'],
    ["SET SQL_MODE = 'NO_BACKSLASH_ESCAPES'", 'quotes and backslashes'],
    ["SET SESSION sql_mode='ANSI_QUOTES,STRICT_TRANS_TABLES'", 'quotes and backslashes'],
    ['SET NAMES latin1', 'UTF-8'],
    ['SET @x = 5', 'variable'],
    ['START TRANSACTION; ROLLBACK', 'transaction'],
  ])('%s', async (script, expected) => {
    const told = await runScript(script);
    expect(told.refused[0]).toContain(expected);
    expect(told.skipped).toBe(0);
  });
});

const film = `CREATE DATABASE IF NOT EXISTS d; USE d; CREATE TABLE \`film\` (
  \`id\` int NOT NULL, -- a comment, with a comma
  \`title\` varchar(50) COLLATE utf8mb4_0900_ai_ci DEFAULT 'a, (b',
  \`language\` int REFERENCES lang (id) ON DELETE SET NULL ON UPDATE CASCADE,
  \`seen\` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (\`id\`),
  CONSTRAINT \`fk\` FOREIGN KEY (\`language\`) REFERENCES \`lang\` (\`id\`) ON UPDATE CASCADE,
  FULLTEXT KEY \`by_title\` (\`title\`)
) ENGINE=InnoDB /*!50100 PARTITION BY HASH (id) PARTITIONS 2 */;
INSERT INTO film (id, title) VALUES (1, 'x'); SELECT id, title, language FROM film`;

describe('what a table of a dump says that is not kept here', () => {
  test('refuses the table by name, unless a person said that it is left out: then each is told', async () => {
    const refused = await runScript(film);
    expect(refused.refused).toEqual([
      expect.stringContaining('PARTITION BY'),
      expect.stringContaining('film'),
      expect.stringContaining('film'),
    ]);
    const made = await runScript(film, true);
    expect(made.refused).toEqual([]);
    expect(made.rows).toEqual([[1, 'x', null]]);
    expect(made.leftOut).toEqual([
      'film has no FULLTEXT index here: LIKE finds the same rows, only slower.',
      'film was made without its foreign keys: rows that they would refuse are taken.',
      'film was made without ON UPDATE: set the column in the UPDATE itself.',
      'film was made without its partitions.',
      expect.stringContaining('utf8mb4_0900_ai_ci'),
    ]);
  });

  test.each([
    ['FULLTEXT KEY f (s), PRIMARY KEY (a)', []],
    ['PRIMARY KEY (a), FULLTEXT KEY f (s)', []],
    ['FULLTEXT f (s), SPATIAL INDEX g (s)', []],
    ['CONSTRAINT c FOREIGN KEY (a) REFERENCES t (a)', [expect.stringContaining('FOREIGN KEY')]],
    ['g INT GENERATED ALWAYS AS (a + 1) STORED', [expect.stringContaining('generated column')]],
  ])('%s without a word of a person', async (item, refused) => {
    const told = await runScript(`CREATE DATABASE d; USE d; CREATE TABLE t (a INT, s TEXT, ${item})`);
    expect(told.refused).toEqual(refused);
    expect(told.leftOut).toHaveLength(refused.length > 0 ? 0 : item.includes('SPATIAL') ? 2 : 1);
  });

  test('a generated column is refused whatever a person said, and a column may be called as one of these words', async () => {
    const told = await runScript(
      'CREATE DATABASE d; USE d; CREATE TABLE t (a INT, g INT AS (a + 1)); CREATE TABLE u (`fulltext` INT, `partition` INT, CHECK (`partition` > 0))',
      true,
    );
    expect(told.refused).toEqual([expect.stringContaining('generated column')]);
    expect(told.leftOut).toEqual([]);
  });
});

test('with a delimiter of its own no piece of a procedure runs', async () => {
  const told = await runScript(
    'CREATE DATABASE d; USE d; CREATE TABLE b (a INT); INSERT INTO b VALUES (1);\nDELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM b; DELETE FROM b; END //\nDELIMITER ;\nSELECT COUNT(*) FROM b',
  );
  expect(told.refused).toEqual([expect.stringContaining('CREATE PROCEDURE p')]);
  expect(told.rows).toEqual([[1]]);
});

test.each([
  ["SELECT '/*!1 x */' /*!40000 , 2 */ /* no */", "SELECT '/*!1 x */' , 2 /* no */"],
  ['SELECT 1', 'SELECT 1'],
  ['/*!50003 CREATE*/ /*!50017 DEFINER=a*/ TRIGGER', 'CREATE DEFINER=a TRIGGER'],
])('%s without conditions', (sql, expected) => {
  expect(withoutConditions(sql).replaceAll(/ +/g, ' ')).toBe(expected);
});
