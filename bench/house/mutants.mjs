// The mutants: one important line each, made wrong, with the tests that must notice. `npm run bench house mutants` plants them.
import { editorMutants } from './mutants/editor.mjs';
import { storesMutants } from './mutants/stores.mjs';
import { trainingMutants } from './mutants/training.mjs';

/** @type {readonly import('./plant.mjs').Mutant[]} */
export const mutants = [...editorMutants, ...storesMutants, ...trainingMutants];
