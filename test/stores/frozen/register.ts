/** All that a program needs to know of the third store: its kind, and who opens it. */
import { fileKinds } from '../../../src/data/place.ts';
import { backends } from '../../../src/engine/backends.ts';
import { invariant } from '../../../src/base/assert.ts';
import { FrozenStore } from './frozenStore.ts';

fileKinds.add('frozen');
backends.set('frozen', {
  async open(request) {
    invariant('path' in request, 'it is a file');
    return new FrozenStore(request.path);
  },
});
