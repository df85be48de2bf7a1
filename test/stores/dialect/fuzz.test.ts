import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Answered } from './fuzz/answers.ts';
import { countOutcomes, type Judged, runSeed } from './fuzz/run.ts';
import { FuzzServer } from './fuzz/servers.ts';

/** Answers of a real server to the statements of some seeds; see test/fixtures/sql/README.md. */
const recording = new URL('../../fixtures/sql/fuzz.jsonl.gz', import.meta.url);

interface RecordedSeed {
  readonly seed: number;
  readonly answers: readonly Answered[];
}

const recorded = (): RecordedSeed[] =>
  gunzipSync(readFileSync(recording))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedSeed);

const told = (judged: readonly Judged[]): string[] =>
  judged
    .filter(({ outcome }) => outcome === 'different')
    .map(({ seed, kind, sql, own }) => `${seed} ${kind}: ${sql} gave ${own}`);

const tell = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Of statements to which every server gives the same value: how many are refused. */
function refusedShare(judged: readonly Judged[]): number {
  const agreed = judged.filter(({ isAgreed }) => isAgreed);
  return (
    agreed.filter(({ outcome }) => outcome === 'refused' || outcome === 'stopped').length / Math.max(agreed.length, 1)
  );
}

const {
  MATRIXONE_URL: matrixone,
  MYSQL_URL: mysql,
  DELTATRAIN_SQLFUZZ_SEEDS: seeds,
  DELTATRAIN_SQLFUZZ_FIRST: first = '9000001',
  DELTATRAIN_SQLFUZZ_RECORD: isRecording,
} = process.env;
const each = 70;
/** Seeds that servers are asked at the same time, each in a database of its own. */
const atOnce = 12;

async function asked(url: string, seed: number): Promise<Answered[]> {
  const server = await FuzzServer.open(url);
  try {
    return await server.answers(seed, each);
  } finally {
    server.close();
  }
}

describe.skipIf(seeds !== undefined)('random statements against recorded answers', () => {
  test('are answered as the server answered, or refused, never by a value of our own', async () => {
    const judged: Judged[] = [];
    for (const { seed, answers } of recorded())
      judged.push(...(await runSeed(seed, answers.length, async (_, index) => [answers[index] ?? null])));
    expect(judged.length).toBeGreaterThan(2500);
    expect(told(judged)).toEqual([]);
    expect(refusedShare(judged)).toBeLessThan(0.1);
    expect(countOutcomes(judged).equal).toBeGreaterThan(judged.length * 0.75);
  }, 300_000);
});

describe.runIf(seeds !== undefined)('random statements against live servers', () => {
  test('are counted', async () => {
    const urls = [matrixone, mysql].filter((url) => url !== undefined);
    if (urls.length === 0) throw new Error('set MATRIXONE_URL or MYSQL_URL, best both');
    if (urls.length === 1) tell('One server only: what servers disagree on is not told apart.');
    const judged: Judged[] = [];
    const lines: string[] = [];
    const last = Number(first) + Number(seeds);
    for (let start = Number(first); start < last; start += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, last - start) }, (_, i) => start + i);
      const answers = await Promise.all(some.map((seed) => Promise.all(urls.map((url) => asked(url, seed)))));
      for (const [i, seed] of some.entries()) {
        const all = answers[i] ?? [];
        if (isRecording) lines.push(JSON.stringify({ seed, answers: all[0] }));
        judged.push(...(await runSeed(seed, each, async (_, index) => all.map((given) => given[index] ?? null))));
      }
    }
    if (isRecording) writeFileSync(recording, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
    tell(`${judged.length} statements: ${JSON.stringify(countOutcomes(judged))}`);
    tell(`refused of those on which the servers agree: ${(100 * refusedShare(judged)).toFixed(1)} %`);
    const groups = {
      'every server gives the same value': judged.filter(({ isAgreed }) => isAgreed),
      'each a value, and not the same': judged.filter(({ isAgreed, values }) => !isAgreed && values === urls.length),
      'only one gives a value': judged.filter(({ values }) => values > 0 && values < urls.length),
      'none gives a value': judged.filter(({ values }) => values === 0),
    };
    for (const [name, some] of Object.entries(groups))
      tell(`${name}: ${some.length}: ${JSON.stringify(countOutcomes(some))}`);
    for (const line of told(judged)) tell(line);
  }, 3_600_000);
});
