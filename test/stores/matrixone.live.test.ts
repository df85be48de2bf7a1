/** The contract over a live MatrixOne server; without one it is skipped, aloud. */
import { afterAll } from 'vitest';
import { storeContract } from './contract.ts';
import { editContract } from './editContract.ts';
import { describeLive } from './matrixone/liveServer.ts';
import { LiveAccount, matrixoneBackend } from './matrixoneBackend.ts';
import { shapeContract } from './shapeContract.ts';

describeLive('with a live server', () => {
  const account = new LiveAccount('contract');
  afterAll(() => account.drop());
  const backend = matrixoneBackend(account);
  storeContract(backend);
  shapeContract(backend);
  editContract(backend);
});
