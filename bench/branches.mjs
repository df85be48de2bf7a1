// Histories of tables and their branches, by the thousand: `npm run bench branches -- --histories 10000 --seed 1`. They are those of
// test/stores/embedded/branches/fuzz.test.ts.
import { runSuite } from './suite.mjs';

runSuite(
  'test/stores/embedded/branches/fuzz.test.ts',
  { histories: 'DELTATRAIN_BRANCH_HISTORIES', seed: 'DELTATRAIN_BRANCH_SEED' },
  { histories: '10000' },
);
