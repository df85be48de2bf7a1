// What crosses the network in a run on the delta: the delta, the sample that the server draws, and the rows that are never trained on.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { MatrixoneStore } from '../../../src/stores/matrixone/store.ts';
import { describeLive } from '../../stores/matrixone/liveServer.ts';
import { record } from '../../stores/matrixone/replay/record.ts';
import { FakeTrainer } from '../support/fakeTrainer.ts';
import { forever, inAccount, optionsOf, serverTime, workbenchOf } from './support/account.ts';

const liveUrl = process.env['MATRIXONE_URL'] ?? '';
const config = readConfig(
  `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "many": { "connection": "local", "table": "shop.many", "label": "label", "test": 0.02, "tune": 0.02 } }
}`,
  'deltatrain.json',
);

describeLive('a run on a delta of 200 rows in 50,000', () => {
  test(
    'brings the delta, the sample and the test rows over, not the table',
    async () => {
      const account = `dt_net_${process.pid}`;
      await inAccount(liveUrl, account, async (store, as) => {
        await queryRows(store, 'CREATE DATABASE shop');
        await queryRows(store, 'CREATE TABLE shop.many (id INT PRIMARY KEY, x DOUBLE, label VARCHAR(10))');
        const rows = (from: number, to: number): string =>
          `INSERT INTO shop.many SELECT result, result / 10, IF(result % 5 = 0, 'b', 'a') FROM generate_series(${from}, ${to}) g`;
        await queryRows(store, rows(1, 50_000));
        const training = await resolveTraining(config, 'many', store);
        await runTraining(
          { training, mode: 'full' },
          workbenchOf(store, undefined, new FakeTrainer()),
          forever,
          () => {},
        );
        await queryRows(store, rows(50_001, 50_200));
        const { hostname, port } = new URL(liveUrl);
        const recorder = await record({ host: hostname, port: Number(port || 6001) });
        const through = await MatrixoneStore.open(
          optionsOf(`mysql://u@127.0.0.1:${recorder.port}`, { ...as('admin'), host: '127.0.0.1', port: recorder.port }),
        );
        const workbench = workbenchOf(through, undefined, new FakeTrainer());
        const { model } = await runTraining({ training, mode: 'delta' }, workbench, forever, () => {});
        await through.close();
        const { exchanges } = await recorder.stop('network');
        const plan = model?.plan;
        expect(model?.delta).toEqual({ inserted: 200, updated: 0, deleted: 0 });
        const replay = plan?.replay ?? null;
        expect(replay && 'share' in replay ? replay.share : null).toBeLessThan(0.25);
        // Rows and a few packets around them, of the statements that read the table.
        const brought = exchanges.filter(({ sql }) => sql.includes('`many`')).map(({ answer }) => answer.length);
        const expected = 3 * 200 + (plan?.counts.replay ?? 0) + 3 * 1000;
        expect(brought.reduce((sum, packets) => sum + packets, 0)).toBeLessThan(1.3 * expected);
        expect(exchanges.length).toBeLessThan(90);
        expect(exchanges.filter(({ sql }) => sql.includes('current_account_name'))).toHaveLength(1);
      });
    },
    serverTime,
  );
});
