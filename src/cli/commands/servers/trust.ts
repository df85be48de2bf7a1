/** `connection trust`: says that the password of a connection is for the server that deltatrain.json names now. */
import { isFile } from '../../../data/place.ts';
import { later, say } from '../../../base/say.ts';
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
  summary: later('Say that the password of a connection is for the server that deltatrain.json names now'),
  options: { remove: { type: 'boolean', about: later('For no server any more') } },
  takes: [1, 1],
  async run({ positionals: [name = ''], has, output, cwd }) {
    const found = findConfig(cwd);
    if (!found) throw usage(say('There is no {0} in this folder or above it to find "{1}" in.', configFile, name));
    const connection = connectionOf(found.config, name);
    if (isFile(connection)) throw usage(say('"{0}" is a file on this machine, which takes no password.', name));
    const file = path.join(found.folder, configFile);
    const server = serverText(connection);
    const trusted = !has('remove');
    const knownHosts = knownHostsFile();
    await keepHost({ name, file }, trusted ? server : null, knownHosts);
    const what = trusted ? say('is for {0}', server) : say('is for no server');
    output.document({ connection: name, server, file, trusted, knownHosts }, () =>
      say('The password of "{0}" {1} ({2}).', name, what, knownHosts),
    );
    return 0;
  },
};
