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
  ran: number;
  skipped: number;
  refused: string[];
  rows: unknown[][];
}

/** Every statement of a script, going on after one that is refused. */
async function runScript(script: string): Promise<Told> {
  const told: Told = { ran: 0, skipped: 0, refused: [], rows: [] };
  const statements = splitStatements(script);
  const context = { takesBack: takesBack(script) };
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
