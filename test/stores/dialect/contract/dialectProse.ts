/** What docs/dialect.md says besides its tables. */

export const dialectHead = `# SQL on the embedded engine

<!-- Generated from the tables in test/stores/dialect/contract and the recorded answers: change them, then run the test of the contract
     with UPDATE=1. -->

The embedded engine is SQLite; its statements are written in MySQL's words, so that a file runs on MatrixOne as well. **What runs here
gives the answer that MySQL and MatrixOne give, or is refused by name** (\`sql.unsupported\`); SQLite's own meaning never shows.

A query or a change of rows is read into a tree (\`src/git4data/query\`). Each of its columns is looked up in the catalog, each expression
gets a MySQL type, and every conversion is written out for SQLite (\`src/stores/embedded/typed\`). What has no rule is refused with the types
and the place: \`DATE beside BIGINT (day < 20240102)\`. Changes of shape are read from their tokens (\`src/stores/embedded/dialect\`).

This page is the contract. Each form and each function has its rule here, a statement that was asked, our answer, and the answer that a
MatrixOne 4.1.4 gave when it was recorded (\`test/fixtures/sql\`); \`contract.test.ts\` holds all of them, and this page. Besides, recorded
conversations with a real server (\`transcripts.test.ts\`, \`engine.test.ts\`), every example of every function (\`functions.test.ts\`), some
thousand random statements with recorded answers (\`fuzz.test.ts\`), and \`npm run bench sqlfuzz\` against live servers.

Where 4.1.4 has another value than MySQL's manual, ours is MySQL's, as a second server (MariaDB 10.11) gives it too; where it refuses, ours
is as well MySQL's. What both servers refuse by the value, such as an overflow, is an error here too.

## Forms

The tables \`t\` and \`u\` that are asked are in \`test/stores/dialect/contract/form.ts\`.
`;

export const dialectEnd = `## Scripts of other servers

\`deltatrain sql FILE\` and *Run File* read a script as MySQL's client does: \`DELIMITER //\` changes what ends a statement, and a semicolon
between BEGIN and END of a routine ends none. A piece of a statement is never run.

| in a mysqldump | what becomes of it |
|---|---|
| SET of the session, SET NAMES, \`SET @OLD_… = @@…\`, LOCK and UNLOCK TABLES, DISABLE and ENABLE KEYS, ANALYZE, FLUSH | left out, with one note |
| START TRANSACTION … COMMIT | left out; in a script with a ROLLBACK refused |
| \`/*!40101 … */\` | read as what it holds |
| CREATE DATABASE, USE, DROP TABLE, CREATE TABLE, INSERT with hex, bits and \`_binary\` | run; engine, charset and collation are ignored |
| TIME_ZONE other than UTC, NO_BACKSLASH_ESCAPES, ANSI_QUOTES, SET NAMES of another charset | refused: they change what the texts mean |
| triggers, procedures, functions, events, views | refused by name, each as one statement |
| FULLTEXT and SPATIAL indexes | the table is made without them, and it is said |
| foreign keys, ON UPDATE, PARTITION BY | the table is refused by name; with \`--leave-out\`, or a yes in VS Code, it is made without them, and each is said |
| generated columns | the table is refused by name |
| a collation that ignores case | the table is made, and it is said that text is compared letter by letter |
| GRANT, CREATE USER, LOAD DATA, SOURCE | refused |

**Different, and worth knowing:**
- Text is compared letter by letter (as MatrixOne does, and MySQL by default does not); blanks at its end count.
- A value that a column cannot hold is refused, a text that is too long for its VARCHAR(n) or CHAR(n) too, where MySQL may cut or round it;
  DECIMAL is rounded to its scale, as there. Statements on a table that 0.1 made do not check the length.
- How numbers lie in the file is [decision 15](decisions/0015-exact-numbers.md): another program that reads it finds whole numbers.
- SHOW DATABASES, SHOW [FULL] TABLES and SHOW COLUMNS take LIKE, DESCRIBE a column or a pattern; SHOW … WHERE and SHOW FULL COLUMNS are refused.
- A recursive query is \`first UNION [ALL] step\`, where step reads it once, in its FROM, without DISTINCT, GROUP BY, aggregates and LIMIT.
- A CHECK or a DEFAULT has no sub-query, no clock (but DEFAULT CURRENT_TIMESTAMP) and no NOT ENFORCED; constraints are neither added to a table
  that is there nor dropped from it.
- AUTO_INCREMENT of a BIGINT UNSIGNED goes on from the largest number below 2^63.
- An unsigned product beyond 64 bits is exact, as on MatrixOne; MySQL calls it out of range.
- \`CAST(−1 AS UNSIGNED)\` and a CAST to a DECIMAL that is too small are errors; MySQL gives another number with a warning.
- A FLOAT of more than 6 digits as text is an error: servers write it with different digits.
- A place (\`$[0]\`) in a JSON value that is no array is an error.
- A table has at most 990 columns, so that two versions of a row fit into one.
- INSERT IGNORE leaves out rows whose key exists; any other fault of a row is still a fault.
- ON DUPLICATE KEY UPDATE and REPLACE count a replaced row once.
- A correlated sub-query is answered row by row; where it would read a table through for each, that table is kept and indexed first, in queries and in changes.

**Where MatrixOne 4.1.4 goes apart from MySQL's manual** (found by asking both), MySQL's answer is given: \`d <> 2.5\` over NULLs of
DECIMAL(p,0) · \`1.5 - 2\` · \`f > ' 7'\` · \`o < 2\` · INT × INT beyond 2^31 · \`-b\` at −2^63 · \`dt = '2023-12-31 08:59:00'\` · INSTR and LOCATE of
other letter cases · TIMESTAMPDIFF(MONTH) backwards · CONCAT_WS of NULLs · EXTRACT(MONTH) as text with a zero · CONV in small letters · LPAD
with an empty pad · NOW() with six digits · LAST_VALUE and NTH_VALUE over rows that come later (the frame ends at the row).
`;
