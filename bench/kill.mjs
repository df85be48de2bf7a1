// Processes that are killed while they commit, pin, restore and load: `npm run bench kill -- --kills 50` for each of the four.
import { runSuite } from './suite.mjs';

runSuite('test/stores/embedded/kill.test.ts', { kills: 'DELTATRAIN_KILLS' }, { kills: '50' });
