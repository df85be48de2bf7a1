/**
 * Which server the passwords of the environment are for: a list beside the user's settings, never in a folder that others can write.
 * Each is of one name in one deltatrain.json.
 */
import { say } from '../../base/say.ts';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { writeAtomically } from '../../files/bytes/atomicFile.ts';

/** By the full path of a deltatrain.json, then by the name of a connection: `host:port`. */
type Hosts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const version = 1;

/** Where the lists of this machine's person are. */
export function ownSettings(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const { XDG_CONFIG_HOME: own, APPDATA: roaming } = environment;
  const usual =
    process.platform === 'win32' && roaming !== undefined
      ? roaming
      : path.join(homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config');
  const folder = own !== undefined && path.isAbsolute(own) ? own : usual;
  return path.join(folder, 'deltatrain');
}

/** Where the list is on this machine. */
export const knownHostsFile = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  path.join(ownSettings(environment), 'known-hosts.json');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHosts = (value: unknown): value is Hosts =>
  isRecord(value) &&
  Object.values(value).every(
    (names) => isRecord(names) && Object.values(names).every((one) => typeof one === 'string'),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list that cannot be read trusts nobody, and is not written over. */
async function readHosts(list: string): Promise<Hosts> {
  let text: string;
  try {
    text = await readFile(list, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Failure('file.unreadable', { file: list, reason: String(error) }, { cause: error });
  }
  const document = parsed(text);
  if (isRecord(document) && document['version'] === version && isHosts(document['hosts'])) return document['hosts'];
  throw new Failure('file.unreadable', {
    file: list,
    reason: say('it is no list of known hosts. Correct it, or delete it'),
  });
}

/** A connection by its name in a file. */
export interface NamedConnection {
  readonly name: string;
  /** The full path of the deltatrain.json. */
  readonly file: string;
}

/** The server that its password is for; undefined when nobody said. */
export async function knownHost({ name, file }: NamedConnection, list = knownHostsFile()): Promise<string | undefined> {
  const hosts = await readHosts(list);
  const names = Object.hasOwn(hosts, file) ? hosts[file] : undefined;
  return names && Object.hasOwn(names, name) ? names[name] : undefined;
}

/** From now on its password is for this server, and for no other; null: for none. */
export async function keepHost(
  { name, file }: NamedConnection,
  server: string | null,
  list = knownHostsFile(),
): Promise<void> {
  const hosts = await readHosts(list);
  const { [name]: _, ...others } = (Object.hasOwn(hosts, file) ? hosts[file] : undefined) ?? {};
  const names = server === null ? others : { ...others, [name]: server };
  const document = { version, hosts: { ...hosts, [file]: names } };
  await mkdir(path.dirname(list), { recursive: true, mode: 0o700 });
  await writeAtomically(list, (to) => to.write(`${JSON.stringify(document, null, 2)}\n`));
}
