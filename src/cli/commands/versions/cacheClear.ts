/** `cache clear`: removes the cached rows of a connection. */
import { later, say } from '../../../base/say.ts';
import type { Command } from '../command.ts';

/** `deltatrain cache clear`: answers the bytes that were freed. */
export const cacheClear: Command = {
  name: 'cache clear',
  usage: '',
  summary: later('Remove the rows that are kept beside the store for speed'),
  options: {},
  takes: [0, 0],
  async run({ open, output, signal }) {
    const { engine } = await open();
    const freed = await engine.call('cache/clear', null, signal);
    output.document(freed, () => say('{0} MB freed.', (freed.bytes / 1e6).toFixed(1)));
    return 0;
  },
};
