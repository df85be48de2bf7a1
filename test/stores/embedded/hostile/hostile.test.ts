// Store files that people send each other: whatever text stands in one, it is read as text. Nothing of it runs, no file outside the
// store's folder is made or changed, and what no program of ours can have written is said to be damage.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { actsBare, Ground, openBare, type Result, tamper, workOn } from './attack.ts';
import { deeds } from './deeds.ts';
import { type Kind, kinds } from './kinds.ts';
import { type Place, places } from './places.ts';

/** `DELTATRAIN_HOSTILE_CASES=10000` for all of them (npm run bench hostile). */
const wanted = Number(process.env['DELTATRAIN_HOSTILE_CASES'] ?? 500);
const seed = process.env['DELTATRAIN_HOSTILE_SEED'] ?? '1';

interface Case {
  readonly kind: Kind;
  readonly place: Place;
  readonly form: number;
}

/** Every kind and every place is in the first of them; a longer run goes on through all pairs and forms. */
function casesOf(count: number): Case[] {
  const random = seededRandom(`hostile ${seed}`);
  const all = kinds.flatMap((kind) =>
    places.flatMap((place) => place.forms.map((_, form): Case => ({ kind, place, form }))),
  );
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [all[i], all[j]] = [all[j] as Case, all[i] as Case];
  }
  const seen = new Set<string>();
  const first = all.filter(({ kind, place, form }) => {
    const names = [kind.name, `${place.name} ${form}`];
    const isNew = names.some((name) => !seen.has(name));
    for (const name of names) seen.add(name);
    return isNew;
  });
  const chosen = new Set(first);
  return [...first, ...all.filter((one) => !chosen.has(one))].slice(0, count);
}

/** Besides damage: what follows when a payload is a plain name or a plain value, which a store may hold. */
const plain = [
  'store.unsure',
  'store.unsupported',
  'database.unknown',
  'table.unknown',
  'table.exists',
  'column.unknown',
  'version.unknown',
  'value.refused',
  'branch.unknown',
  'delta.schemaChanged',
];

/** What a sentence on damage names: the table, or what SQLite itself says of its schema. */
const named = /_dt_|sqlite_|d\.(?:t|bag|gone)|m\.t\d|malformed|foreign/;

describe('a store file that was tampered with', () => {
  // In memory where that can be had: hundreds of stores are made, and each is waited for until it is on disk.
  const folder = scratchFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const ground = new Ground(folder.path);
  beforeAll(() => ground.prepare());
  afterAll(() => folder.remove());

  test('as it was made, everything works', async () => {
    expect(await workOn(ground.reset())).toEqual([]);
  });

  test('there are more than forty kinds, and each statement among them acts where nobody guards the store', () => {
    const statements = kinds.filter(({ acts }) => acts === 'run');
    expect(kinds.length).toBeGreaterThan(70);
    expect(casesOf(Number.POSITIVE_INFINITY).length).toBeGreaterThan(10_000);
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    expect(statements.filter((kind) => !actsBare(ground, kind)).map(({ name }) => name)).toEqual([]);
  });

  test.each(deeds)('with $name', async ({ sql, ends }) => {
    const path = ground.reset();
    const bare = openBare(path);
    bare.exec(sql);
    bare.close();
    const outside = ground.outside();
    const file = readFileSync(path);
    const results = await workOn(path);
    expect(ground.outside()).toBe(outside);
    if (ends === 'fine') {
      expect(results.filter(({ code }) => !['store.unsure', ...plain].includes(code))).toEqual([]);
      return;
    }
    if (ends === 'found') {
      expect(new Set(results.map(({ code }) => code))).toEqual(new Set(['store.damaged']));
      return;
    }
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ operation: 'open', code: 'store.damaged' });
    expect(results[0]?.message).toMatch(named);
    // Refused before anything was done to it.
    expect(readFileSync(path).equals(file)).toBe(true);
  });

  test(`works or is said to be damaged, and nothing outside is made or changed (${wanted} cases, seed ${seed})`, async () => {
    const cases = casesOf(wanted);
    let damaged = 0;
    let planted = 0;
    const wrong: string[] = [];
    for (const { kind, place, form } of cases) {
      const path = ground.reset();
      if (!tamper(path, place, form, kind.text(ground.targets))) continue;
      planted++;
      const before = ground.outside();
      const about = `${kind.name}, in ${place.name}, ${place.forms[form]?.name}`;
      let results: Result[] = [];
      try {
        results = await workOn(path);
      } catch (error) {
        wrong.push(`${about}: ${error instanceof Error ? String(error.stack).slice(0, 400) : String(error)}`);
      }
      if (ground.outside() !== before || ground.strangers().length > 0)
        wrong.push(`${about}: a file was made or changed`);
      for (const { operation, code, message } of results) {
        const isDamage = code === 'store.damaged' && named.test(message);
        if (!isDamage && !plain.includes(code))
          wrong.push(`${about}: ${operation} said ${code}, ${message.slice(0, 300)}`);
      }
      const codes = results.map(({ code }) => code);
      if (codes.includes('store.damaged')) damaged++;
    }
    expect(wrong).toEqual([]);
    expect(planted).toBeGreaterThan(cases.length * 0.8);
    expect(damaged).toBeGreaterThan(planted / 2);
  }, 3_600_000);
});
