// A tampered store of an older format: opening it would write all of its tables anew, so it is looked at before that. Nothing of it runs,
// no file outside its folder is made or changed, and one that is not what that version wrote stays as it came.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { anyOperations, Ground, openBare, type Result, tamper, workOn } from './attack.ts';
import { kinds } from './kinds.ts';
import { definitionForms, type Place, rowForms } from './places.ts';

/** As many as a tenth of the others (npm run bench hostile). */
const wanted = Math.ceil(Number(process.env['DELTATRAIN_HOSTILE_CASES'] ?? 800) / 10);
const seed = process.env['DELTATRAIN_HOSTILE_SEED'] ?? '1';

/** What names a row of our tables. */
const keys: Readonly<Record<string, string>> = {
  _dt_meta: 'name',
  _dt_databases: 'name',
  _dt_states: 'snapshot, tableName',
};

/** Every text in every row of our tables, and every part of every definition. */
function placesIn(path: string): Place[] {
  const db = openBare(path);
  try {
    const tables = db.prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '_dt_*' AND name NOT GLOB '_dt_old_*'`,
    );
    const own = tables.all().flatMap(({ name }) => {
      const table = String(name);
      const key = keys[table] ?? 'rowid';
      const all = db.prepare(`SELECT * FROM ${table} ORDER BY ${key}`);
      all.setReadBigInts(true);
      const rows = all.all();
      return rows.flatMap((row, i) =>
        Object.entries(row)
          .filter(([, value]) => typeof value === 'string')
          .map(([column]): Place => {
            const where = `(${key}) = (SELECT ${key} FROM ${table} ORDER BY ${key} LIMIT 1 OFFSET ${i})`;
            return { name: `${table}.${column}, row ${i}`, table, column, where, forms: rowForms };
          }),
      );
    });
    const count = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
    const definitions = Array.from({ length: count }, (_, i) =>
      ['type', 'name', 'tbl_name', 'sql'].map((column): Place => {
        const where = `rowid = (SELECT rowid FROM sqlite_schema ORDER BY rowid LIMIT 1 OFFSET ${i})`;
        const forms = column === 'sql' ? definitionForms : rowForms;
        return { name: `sqlite_schema.${column}, row ${i}`, table: 'sqlite_schema', column, where, forms };
      }),
    );
    return [...own, ...definitions.flat()];
  } finally {
    db.close();
  }
}

/** What may be said besides damage: what follows from a plain name or value, and that the file cannot be moved as it is. */
const plain =
  /^store\.(?:damaged|unsure|unsupported|notMoved|newer|notAStore)$|^(?:database|table|column|version)\.(?:unknown|exists)$|^value\.refused$|^delta\./;

/** In its header SQLite notes that it keeps a log, as soon as a file is opened to be written. */
const withoutHeader = (path: string): Buffer => readFileSync(path).subarray(100);

/** What is wrong with how a tampered store was dealt with. */
async function wrongIn(ground: Ground, path: string): Promise<{ wrong: string[]; isDamaged: boolean }> {
  const [before, file] = [ground.outside(), withoutHeader(path)];
  let results: Result[] = [];
  const wrong: string[] = [];
  try {
    results = await workOn(path, anyOperations);
  } catch (error) {
    wrong.push(error instanceof Error ? String(error.stack).slice(0, 400) : String(error));
  }
  if (ground.outside() !== before || ground.strangers().length > 0) wrong.push('a file was made or changed');
  if (results[0]?.operation === 'open' && !withoutHeader(path).equals(file)) wrong.push('it was refused, and changed');
  for (const { operation, code, message } of results)
    if (!plain.test(code)) wrong.push(`${operation} said ${code}, ${message.slice(0, 300)}`);
  return { wrong, isDamaged: results.some(({ code }) => code === 'store.damaged') };
}

describe('a store of format 1 that was tampered with', () => {
  const folder = scratchFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const ground = new Ground(folder.path);
  beforeAll(() =>
    ground.take(gunzipSync(readFileSync(new URL('../../../fixtures/format1/store.db.gz', import.meta.url)))),
  );
  afterAll(() => folder.remove());

  test('as it was made, everything works', async () => {
    expect(await workOn(ground.reset(), anyOperations)).toEqual([]);
  });

  test(`works, or is called what it is and stays as it came (${wanted} cases, seed ${seed})`, async () => {
    const random = seededRandom(`older ${seed}`);
    const places = placesIn(ground.reset());
    expect(places.length).toBeGreaterThan(150);
    let planted = 0;
    let damaged = 0;
    const wrong: string[] = [];
    while (planted < wanted) {
      const [kind, place] = [kinds[random.below(kinds.length)], places[random.below(places.length)]];
      if (!kind || !place) throw new Error('no case');
      const form = random.below(place.forms.length);
      const path = ground.reset();
      if (!tamper(path, place, form, kind.text(ground.targets))) continue;
      planted++;
      const about = `${kind.name}, in ${place.name}, ${place.forms[form]?.name}`;
      const found = await wrongIn(ground, path);
      wrong.push(...found.wrong.map((one) => `${about}: ${one}`));
      if (found.isDamaged) damaged++;
    }
    expect(wrong).toEqual([]);
    expect(damaged).toBeGreaterThan(planted / 3);
  }, 3_600_000);
});
