/** The contract over the reference store. */
import { storeContract } from './contract.ts';
import { editContract } from './editContract.ts';
import { shapeContract } from './shapeContract.ts';
import { memoryBackend } from './memoryBackend.ts';

storeContract(memoryBackend);
shapeContract(memoryBackend);
editContract(memoryBackend);
