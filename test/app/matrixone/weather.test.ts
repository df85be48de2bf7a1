// The loop on the sample on a MatrixOne server, against the same loop on the embedded engine: the same bits.
import { expect, test } from 'vitest';
import type { Model } from '../../../src/data/model.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { openStore } from '../support/bench.ts';
import { inAccount, serverTime, workbenchOf } from './support/account.ts';
import { trainedAt, type WeatherAccount, weatherLoop } from './support/weather.ts';

/** Without what names this very snapshot: time and table id are each store's own. */
const comparable = ({ base, snapshot, ...rest }: Model) => ({
  ...rest,
  base: base?.name ?? null,
  snapshot: snapshot.name,
});

test(
  'import, pin, train, delta, guard, restore, reproduce: as on the embedded engine, to the bit',
  async () => {
    const local = openStore();
    const here = workbenchOf(local);
    const expected = await weatherLoop(local, here);
    const models = await here.registry.models();
    await withServer('weather', async (url) => {
      await inAccount(url, 'dt_weather', async (store) => {
        const there = workbenchOf(store);
        const account: WeatherAccount = await weatherLoop(store, there);
        expect(account).toEqual(expected);
        expect((await there.registry.models()).map(comparable)).toEqual(models.map(comparable));
        const table = { database: 'noaa', table: 'weather' };
        const left = await store.countDelta({ table, from: atSnapshot('weather_v3'), to: live });
        expect(left).toEqual({ inserted: 0, updated: 0, deleted: 0 });
      });
    });
    expect(expected).toMatchObject({
      imported: { rows: 2922, inserted: 2922 },
      spoilt: 329,
      restored: { to: 'weather_v3', rowsChanged: 329, verified: true },
    });
    expect(expected.reproduced.map(({ identical }) => identical)).toEqual([true, true]);
    expect(models.map(({ status }) => status)).toEqual(['held', ...trainedAt.map(() => 'candidate')]);
  },
  serverTime,
);
