// Random statements on the embedded engine against live servers: `MATRIXONE_URL=… MYSQL_URL=… npm run bench sqlfuzz -- --seeds 300`.
// Seeds from 9,000,001 on are held out. `--record 1` keeps the answers of the first server for the test of the same name.
import { runSuite } from './suite.mjs';

runSuite(
  'test/stores/dialect/fuzz.test.ts',
  { seeds: 'DELTATRAIN_SQLFUZZ_SEEDS', first: 'DELTATRAIN_SQLFUZZ_FIRST', record: 'DELTATRAIN_SQLFUZZ_RECORD' },
  { seeds: '30', first: '9000001' },
);
