import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseStatement } from '../../../src/git4data/parser.ts';
import { PlainStore } from './plainStore.ts';
import { isEqual, random, recordedIn, transcripts, wholeFiles } from './recorded.ts';

interface Outcome {
  ran: number;
  equal: number;
  different: string[];
}

/** What the dialect does not translate; the engine's own test compares it. */
const skipped = new Set(['diff', 'showSnapshots', 'pitr']);
const compared = new Set(['select', 'other', 'clone']);

/** Runs the ordinary statements of a transcript on real SQLite and compares the answers with MatrixOne's. */
function replay(file: string): Outcome {
  const store = new PlainStore();
  const outcome: Outcome = { ran: 0, equal: 0, different: [] };
  for (const recorded of recordedIn(file)) {
    const { sql } = recorded;
    const { kind } = parseStatement(sql).statement;
    if (!recorded.ok || skipped.has(kind) || sql === 'SELECT now()') continue;
    const answer = store.run(sql);
    if (!compared.has(kind)) continue;
    outcome.ran++;
    if (isEqual(recorded, answer)) outcome.equal++;
    else outcome.different.push(sql.replace(/\s+/g, ' '));
    // SQLite answers a correlated sub-query row by row: without an index this one takes a minute.
    if (/^CREATE TABLE samples \([\s\S]*content_hash/.test(sql))
      store.run('CREATE INDEX by_hash ON samples (content_hash)');
  }
  return outcome;
}

/** Of the tutorial; tables of a million rows are left out, and the engine's own test runs those that are whole. */
const files = readdirSync(transcripts).filter(
  (file) => /^tut-(?!02|05|.*\.wire)/.test(file) && !wholeFiles.includes(file),
);

test.each(files)('%s gives the answers that the real server gave', (file) => {
  const outcome = replay(file);
  expect(outcome.ran).toBeGreaterThan(3);
  expect(outcome.different).toEqual(random[file] ?? []);
  expect(outcome.equal).toBe(outcome.ran - outcome.different.length);
});
