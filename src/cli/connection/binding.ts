/**
 * A password of the environment goes only to the server it is for. A deltatrain.json is changed by whoever can change the folder, so
 * that it names a server is no reason.
 */
import { say } from '../../base/say.ts';
import { parseConnectionUri } from '../../app/config/connectionUri.ts';
import { hostVariable } from '../../app/config/passwordVariable.ts';
import { Failure } from '../../base/failure.ts';
import { isLoopback } from '../../base/loopback.ts';
import { keepHost, knownHost, type NamedConnection } from './knownHosts.ts';

/** Who wants a password, and where it would go. */
export interface Destination extends NamedConnection {
  readonly host: string;
  readonly port: number;
}

export interface Binding {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The list of known hosts. */
  readonly list: string;
  /** Asks a person on a terminal; null where there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** `host:port`, as it is written in a variable. */
export const serverText = ({ host, port }: Pick<Destination, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();

function hostIn(variable: string, text: string): string {
  const wrong = new Failure('usage.wrong', { message: say('{0} is "{1}". Write host:port.', variable, text) });
  let uri: ReturnType<typeof parseConnectionUri>;
  try {
    uri = parseConnectionUri(`mysql://${text}`);
  } catch {
    throw wrong;
  }
  if (uri.user !== null || uri.password !== null || uri.database !== null) throw wrong;
  return serverText(uri);
}

/** `connection.unbound` unless the password in the variable is for this server; a yes on a terminal is remembered. */
export async function requireBound(
  to: Destination,
  variable: string,
  { environment, list, ask }: Binding,
): Promise<void> {
  if (isLoopback(to.host)) return;
  const server = serverText(to);
  const beside = hostVariable(to.name);
  const said = environment[beside];
  const meant = said === undefined || said === '' ? undefined : hostIn(beside, said);
  if (meant === server) return;
  const known = meant ?? (await knownHost(to, list));
  if (known === server) return;
  const { name } = to;
  const refusal = new Failure('connection.unbound', {
    connection: name,
    server,
    variable,
    beside,
    meant: known ?? null,
    byVariable: meant !== undefined,
  });
  if (meant !== undefined || ask === null) throw refusal;
  const before = known === undefined ? '' : say(' Until now it was {0}.', known);
  const answer = await ask(
    say('"{0}" in {1} is {2}.{3} Send the password in {4} there? (yes/no) ', name, to.file, server, before, variable),
  );
  if (!/^y(?:es)?$/i.test(answer.trim())) throw refusal;
  await keepHost(to, server, list);
}
