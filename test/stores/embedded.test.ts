/** The contract over the embedded store, on disk. */
import { storeContract } from './contract.ts';
import { embeddedBackend } from './embeddedBackend.ts';
import { editContract } from './editContract.ts';
import { shapeContract } from './shapeContract.ts';

storeContract(embeddedBackend);
shapeContract(embeddedBackend);
editContract(embeddedBackend);
