import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/data/value.ts';
import { runCase } from './support/runCase.ts';
import { caseOf, type Table } from './support/cases.ts';

const text = readFileSync(new URL('../../media/sample/weather.csv', import.meta.url), 'utf8');
const all = text
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(',') as [string, string, string, string, string, string, string]);

const columns = [
  ...['precipitation', 'temp_max', 'temp_min', 'wind'].map((name) => ({ name, type: 'DOUBLE' })),
  { name: 'location', type: 'VARCHAR(20)' },
  { name: 'date', type: 'DATE' },
  { name: 'weather', type: 'VARCHAR(20)' },
];

function version(
  holds: (place: string, year: number) => boolean,
  label = (row: (typeof all)[number]) => row[6],
): Table {
  const rows = new Map<string, Value[]>();
  for (const row of all) {
    const [place, date, ...measured] = row;
    if (holds(place, Number(date.slice(0, 4))))
      rows.set(`${place}|${date}`, [...measured.slice(0, 4).map(Number), place, date, label(row)]);
  }
  return { columns, rows };
}

const versions: Table[] = [
  version((place, year) => place === 'Seattle' && year === 2012),
  version((place, year) => place === 'Seattle' && year <= 2013),
  version((_, year) => year <= 2013),
  version((_, year) => year <= 2014),
  version(() => true),
];
const swap: Readonly<Record<string, string>> = { rain: 'sun', sun: 'rain' };
const bad = version(
  () => true,
  ([place, date, , , , , kind]) => (place === 'New York' && date.startsWith('2014') ? (swap[kind] ?? kind) : kind),
);

describe('the sample, version by version', () => {
  test.each([1, 2, 3])(
    'grows better from delta to delta, and the bad import is told by what the parent knew (seed %i)',
    async (seed) => {
      const splitSalt = `split:${seed}`;
      let last = await runCase(caseOf(versions[0] as Table, { splitSalt, seed }));
      for (const [i, now] of versions.entries()) {
        const before = versions[i - 1];
        if (!before) continue;
        last = await runCase(caseOf(now, { before, splitSalt, seed, version: i + 1 }), { parent: last.artifact });
        expect(last.guard.verdict).not.toBe('worse');
      }
      expect(last.metrics.accuracy).toBeGreaterThan(0.79);

      const change = { before: versions[4] as Table, splitSalt, seed, version: 6, slices: ['location'] };
      const { judgement } = await runCase(caseOf(bad, change), { parent: last.artifact });
      expect(judgement?.data.verdict).toBe('suspect');
      const kinds = judgement?.data.reasons.map(({ kind }) => kind);
      expect(kinds).toEqual(expect.arrayContaining(['labels', 'labelPair']));
    },
  );
});
