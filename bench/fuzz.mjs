// The embedded store against the reference store, by random operations on two windows: `npm run bench fuzz -- --checks 1000000 --seed 1`.
// A check compares the rows, the counts or the delta of a table at versions drawn at random.
import { runSuite } from './suite.mjs';

runSuite(
  'test/stores/embedded/model.test.ts',
  { checks: 'DELTATRAIN_MODEL_CHECKS', seed: 'DELTATRAIN_MODEL_FIRST', operations: 'DELTATRAIN_MODEL_OPERATIONS' },
  { checks: '20000', operations: '1000' },
);
