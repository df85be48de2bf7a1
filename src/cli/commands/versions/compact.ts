/** `compact`: gives unused space of an embedded store back. */
import { later } from '../../../base/say.ts';
import type { Command } from '../command.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** `deltatrain compact`: answers the size of the store before and after, in bytes in the document. */
export const compactCommand: Command = {
  name: 'compact',
  usage: '',
  summary: later('Give unused space of the store back'),
  options: {},
  takes: [0, 0],
  async run({ open, output, signal }) {
    const { store } = await open();
    const { before, after } = await store.compact(signal);
    output.document({ before, after }, () => `${megabytes(before)} → ${megabytes(after)}`);
    return 0;
  },
};
