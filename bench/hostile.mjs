// Tampered stores, by the thousand: `npm run bench hostile -- --cases 10000 --seed 1`. The cases are those of test/stores/embedded/hostile.
import { runSuite } from './suite.mjs';

runSuite(
  'test/stores/embedded/hostile',
  { cases: 'DELTATRAIN_HOSTILE_CASES', seed: 'DELTATRAIN_HOSTILE_SEED' },
  { cases: '10000' },
);
