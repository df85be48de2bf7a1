import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseStatement } from '../../../src/git4data/parser.ts';
import { type Answer, PlainStore } from './plainStore.ts';

interface Recorded {
  readonly sql: string;
  readonly ok: boolean;
  readonly columns?: string[];
  readonly rows?: (string | null)[][];
  readonly affected?: number;
}

const folder = new URL('../../fixtures/transcripts/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.startsWith('tut-'));

const recordedIn = (file: string): Recorded[] =>
  readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);

/** Numbers by value: a DOUBLE of 0.943 and a text of 0.9430 are one number. */
const plain = (cell: string | null | undefined): string | null =>
  cell !== null && cell !== undefined && /^-?\d+(\.\d+)?$/.test(cell) ? String(Number(cell)) : (cell ?? null);

/** Their answers hang on RAND(), which gives other numbers everywhere. */
const random: Readonly<Record<string, readonly string[]>> = {
  'tut-09-sft-curation.jsonl': [
    'DELETE FROM sft_samples WHERE quality < 3.0',
    'DELETE FROM sft_samples WHERE instruction IN (SELECT instruction FROM eval_set)',
    'SELECT COUNT(*) FROM sft_samples',
  ],
  'tut-15-agent-evolution.jsonl': [
    "UPDATE cand_sft SET prompt = concat('prompt_v2_refined_', skill_id) WHERE score < 60",
    "UPDATE cand_rl SET prompt = concat(prompt, '_reinforced'), score = score + 5 WHERE score > 70",
    'DELETE FROM cand_gov WHERE score < 55',
    "SELECT COUNT(*) FROM brain WHERE prompt LIKE 'prompt_v2_refined%'",
  ],
};

interface Outcome {
  ran: number;
  equal: number;
  different: string[];
}

/** True when the rows, their titles and the number of changed rows are those of the real server. */
function isEqual({ sql, columns = [], rows = [], affected = 0 }: Recorded, answer: Answer): boolean {
  const shown = (cells: readonly (readonly (string | null)[])[]): string =>
    JSON.stringify(cells.map((row) => row.map(plain)));
  const sameRows = shown(answer.rows) === shown(rows) && JSON.stringify(answer.columns) === JSON.stringify(columns);
  return sameRows && (!/^(INSERT|UPDATE|DELETE)/i.test(sql) || answer.affected === affected);
}

/** Compared by other tests, or by none: what the dialect does not translate. */
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

test.each(files)('%s gives the answers that the real server gave', (file) => {
  const outcome = replay(file);
  expect(outcome.ran).toBeGreaterThan(3);
  expect(outcome.different).toEqual(random[file] ?? []);
  expect(outcome.equal).toBe(outcome.ran - outcome.different.length);
});
