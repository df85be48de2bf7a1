/** The contract over a live MatrixOne server; without one it is skipped, aloud. */
import { afterAll, describe } from 'vitest';
import { storeContract } from './contract.ts';
import { LiveAccount, liveUrl, matrixoneBackend } from './matrixoneBackend.ts';
import { shapeContract } from './shapeContract.ts';

describe.skipIf(liveUrl === undefined)('with a live server (MATRIXONE_URL)', () => {
  const account = new LiveAccount('contract');
  afterAll(() => account.drop());
  const backend = matrixoneBackend(account);
  storeContract(backend);
  shapeContract(backend);
});
