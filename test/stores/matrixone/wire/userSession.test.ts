/** The connection that is kept for a user once a statement has left something behind on it. */
import { afterEach, expect, test } from 'vitest';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { UserSession } from '../../../../src/stores/matrixone/statements/query.ts';
import { openPeer } from '../peer.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function userOn() {
  const peer = await openPeer({
    answer: (sql, line) => {
      if (/^KILL/.test(sql) || !/^(?:BEGIN|SELECT|INSERT)/.test(sql) || sql.startsWith('SELECT version')) return false;
      if (sql.startsWith('SELECT')) line.table(['n'], [['1'], ['2'], ['3']]);
      else line.ok();
      return true;
    },
  });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  const user = new UserSession(server);
  const run = async (sql: string, leavesState = false): Promise<void> => {
    for await (const page of user.stream(sql, 1, {}, leavesState)) void page;
  };
  return { peer, user, run };
}

test('while it is at a statement, one that would leave something behind elsewhere is refused', async () => {
  const { peer, user, run } = await userOn();
  await run('BEGIN', true);
  const reading = user.stream('SELECT n', 1, {}, false);
  await reading.next();
  await expect(run('BEGIN', true)).rejects.toMatchObject({ code: 'usage.wrong' });
  await run('INSERT elsewhere');
  expect(peer.seen.filter((sql) => sql === 'BEGIN')).toHaveLength(1);
  for await (const page of reading) void page;
  await run('BEGIN', true);
});

test('once it is gone, the next statement says what went with it and is not sent', async () => {
  const { peer, user, run } = await userOn();
  await run('BEGIN', true);
  for await (const page of user.stream('SELECT n', 1, {}, false)) {
    void page;
    break;
  }
  await expect(run('INSERT 1')).rejects.toThrow('an open transaction');
  expect(peer.seen).not.toContain('INSERT 1');
  await run('INSERT 1');
});
