// The registry double says what a real server said: every statement of a recorded conversation on the registry, byte for byte.
import { expect, test } from 'vitest';
import { load } from './recording.ts';
import { isRegistrySql, RegistryDouble } from './registryDouble.ts';

const released = new URL('../../../fixtures/v0.1/server/', import.meta.url);

test('it answers a recorded conversation as the server did', () => {
  const { exchanges } = load('own/weather', released);
  const double = new RegistryDouble(exchanges);
  let inTransaction = false;
  const differing: string[] = [];
  let asked = 0;
  for (const { sql, answer } of exchanges) {
    if (sql === 'BEGIN' || sql === 'COMMIT') {
      double.transact(sql);
      inTransaction = sql === 'BEGIN';
    }
    if (!isRegistrySql(sql)) continue;
    asked += 1;
    const said = Buffer.concat(double.answer(sql, inTransaction));
    if (!said.equals(Buffer.concat(answer)))
      differing.push(
        `${sql.slice(0, 200)}\n${said.toString('latin1').slice(0, 600)}\n${Buffer.concat(answer).toString('latin1').slice(0, 600)}`,
      );
  }
  expect(asked).toBeGreaterThan(100);
  expect(differing).toEqual([]);
});
