/** What a statement does to the data: every form of the server's, and every statement that was recorded from one. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Effect, effectOf, needsConfirmation } from '../../src/git4data/ast.ts';
import { parseStatement, parseText } from '../../src/git4data/parser.ts';

const fixtures = new URL('../fixtures/', import.meta.url);

/** The statements of forms.sql with the effect that stands above them. */
function forms(): [string, string][] {
  const found: [string, string][] = [];
  let effect = '';
  for (const line of readFileSync(new URL('sql/forms.sql', fixtures), 'utf8').split('\n')) {
    const heading = /^-- == (\w+) ==$/.exec(line)?.[1];
    if (heading !== undefined) effect = heading;
    else if (effect !== '' && line.trim() !== '') found.push([line.replace(/;$/, ''), effect]);
  }
  return found;
}

test.each(forms())('%s: %s', (sql, effect) => {
  expect(effectOf(parseStatement(sql).statement)).toBe(effect);
});

describe('-- is a comment only before a blank of SQL', () => {
  test.each<[string, Effect]>([
    ['-- x\nDELETE FROM t', 'data'],
    ['--\tx\nDELETE FROM t', 'data'],
    ['--x\nDELETE FROM t', 'unknown'],
    ['SELECT 1 --\u00a0 INTO OUTFILE', 'unknown'],
    ['SELECT 1 --\u000b', 'unknown'],
    ["SELECT 1 --\u2003'\n; DELETE FROM t; -- '", 'unknown'],
    ['SELECT 1 -- \u00a0', 'read'],
  ])('%j: %s', (sql, effect) => {
    expect(effectOf(parseStatement(sql).statement)).toBe(effect);
  });
});

interface Recorded {
  readonly sql: string;
  /** The server answered with columns, without, with an error, or not in this recording. */
  readonly answer: 'rows' | 'done' | 'error' | 'unknown';
}

interface Line {
  readonly event?: string;
  readonly sql?: string;
  readonly ok?: boolean;
  readonly columns?: unknown;
}

function recorded(): Recorded[] {
  const folder = new URL('matrixone/', fixtures);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.jsonl') && !name.endsWith('.wire.jsonl'),
  );
  return files.flatMap((name) =>
    readFileSync(new URL(name.replaceAll('\\', '/'), folder), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => {
        const { event, sql, ok, columns } = JSON.parse(line) as Line;
        // Very long ones were shortened in the recording.
        if (sql === undefined || event !== undefined || /…\(\d+ chars\)$/.test(sql)) return [];
        const answer = ok === undefined ? 'unknown' : !ok ? 'error' : columns ? 'rows' : 'done';
        return [{ sql, answer }];
      }),
  );
}

const all = recorded();
/** Each statement of the text is a read. */
const isRead = (sql: string): boolean => parseText(sql).every(({ statement }) => effectOf(statement) === 'read');

describe('every recorded statement', () => {
  test('is there', () => expect(all.length).toBeGreaterThan(4_000));

  test('counts as a write or as of the session where the server answered without rows', () => {
    const done = all.filter(({ sql, answer }) => answer === 'done' && parseText(sql).length === 1);
    expect(done.filter(({ sql }) => isRead(sql)).map(({ sql }) => sql)).toEqual([]);
  });

  test('counts as a write by its first words, unless those are of a read', () => {
    const reads = /^\s*(?:\/\*.*?\*\/\s*)?(?:SELECT|SHOW|DESC|EXPLAIN|WITH|DATA BRANCH DIFF|--|;|$)/i;
    expect(all.filter(({ sql }) => !reads.test(sql) && isRead(sql)).map(({ sql }) => sql)).toEqual([]);
  });

  test('counts as a read where it is one, so that a read-only connection is of use', () => {
    const more = /mo_ctl|INTO OUTFILE|:=|OUTPUT (?:FILE|AS)|FOR UPDATE|UNTERMINATED|EXPLAIN ANALYZE (?:DELETE|UPDATE)/i;
    const query = /^\s*(?:SELECT|SHOW|DESC|EXPLAIN|WITH|DATA BRANCH DIFF)\b/i;
    const refused = all.filter(({ sql, answer }) => answer === 'rows' && query.test(sql) && !more.test(sql));
    expect(refused.filter(({ sql }) => !isRead(sql)).map(({ sql }) => sql)).toEqual([]);
  });

  test('is asked about on production unless it is a read, of the session, or a new snapshot', () => {
    for (const { sql } of all) {
      const { statement } = parseStatement(sql);
      const isQuiet = ['read', 'session'].includes(effectOf(statement)) || statement.kind === 'createSnapshot';
      expect(needsConfirmation(statement), sql).toBe(!isQuiet);
    }
  });
});
