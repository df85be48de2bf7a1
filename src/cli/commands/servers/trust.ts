/** `connection trust`: says that the password of a connection is for the server that deltatrain.json names now. */
import path from 'node:path';
import { configFile, connectionOf } from '../../../app/config/config.ts';
import { Failure } from '../../../base/failure.ts';
import { serverText } from '../../connection/binding.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import { keepHost, knownHostsFile } from '../../connection/knownHosts.ts';
import type { Command } from '../command.ts';

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** `connection trust`. */
export const connectionTrust: Command = {
  name: 'connection trust',
  usage: 'NAME [--remove]',
  summary: 'Say that the password of a connection is for the server that deltatrain.json names now',
  options: { remove: { type: 'boolean', about: 'For no server any more' } },
  takes: [1, 1],
  async run({ positionals: [name = ''], has, output, cwd }) {
    const found = findConfig(cwd);
    if (!found) throw usage(`There is no ${configFile} in this folder or above it to find "${name}" in.`);
    const connection = connectionOf(found.config, name);
    if (connection.kind !== 'matrixone') throw usage(`"${name}" is a file on this machine, which takes no password.`);
    const file = path.join(found.folder, configFile);
    const server = serverText(connection);
    const trusted = !has('remove');
    const knownHosts = knownHostsFile();
    await keepHost({ name, file }, trusted ? server : null, knownHosts);
    const what = trusted ? `is for ${server}` : 'is for no server';
    output.document(
      { connection: name, server, file, trusted, knownHosts },
      () => `The password of "${name}" ${what} (${knownHosts}).`,
    );
    return 0;
  },
};
