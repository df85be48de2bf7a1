/** Connection URIs: `mysql://user@host:port/database?tls=required`, read and printed. A password in one is never printed again. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';

/** What a connection URI says; null where it says nothing. */
export interface ConnectionUri {
  readonly host: string;
  readonly port: number;
  /** `user`, `account:user` or `account:user:role`; also with `#` between them. */
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly tls: 'off' | 'preferred' | 'required';
}

const defaultPort = 6001;
/** The first user of every server. */
export const defaultUser = 'root';

const scheme = /^\s*mysql(?:\+\w+)?:\/\//i;
const tlsModes: readonly string[] = ['off', 'preferred', 'required'];

/** Whether a text is meant as a URI, and not as the name of a connection; it may still be a wrong one. */
export const isConnectionUri = (text: string): boolean => scheme.test(text);

/** No sentence repeats the text, as it may hold a password. */
const wrong = (message: string): Failure => new Failure('usage.wrong', { message });

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(say('{0} in the URI holds a "%" that stands for nothing; write a plain one as %25.', what));
  }
}

/** The parts of `text` before and after its first `mark`; null where it has none. */
function cut(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}

function hostAndPort(text: string): Pick<ConnectionUri, 'host' | 'port'> {
  const parts = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]*))(?::(\d*))?$/i.exec(text);
  if (!parts)
    throw wrong(say('The host in the URI cannot be read. Write host:port, and an IPv6 address in [brackets].'));
  const host = decoded(parts[1] ?? parts[2] ?? '', say('The host'));
  if (host === '' || /[\s/@#?]/.test(host))
    throw wrong(say('The URI names no host. Write mysql://user@host:port/database.'));
  const port = parts[3] === undefined || parts[3] === '' ? defaultPort : Number(parts[3]);
  if (port < 1 || port > 65_535)
    throw wrong(say("There is no port {0}. Ports are 1 to 65535; MatrixOne's is usually 6001.", port));
  return { host, port };
}

function tlsOf(query: string | null): ConnectionUri['tls'] {
  let tls: ConnectionUri['tls'] = 'preferred';
  for (const option of (query ?? '').split('&').filter((one) => one !== '')) {
    const [name, value] = cut(option, '=');
    if (name !== 'tls')
      throw wrong(
        say(
          'The URI has an option "{0}" that is not known here. The only one is tls: off, preferred or required.',
          name,
        ),
      );
    if (!tlsModes.includes(value ?? '')) throw wrong(say('tls in the URI is off, preferred or required.'));
    tls = value as ConnectionUri['tls'];
  }
  return tls;
}

/** `usage.wrong` where it cannot be read. */
export function parseConnectionUri(text: string): ConnectionUri {
  if (!scheme.test(text))
    throw wrong(say('The URI of a MatrixOne server starts with mysql://, as in mysql://user@host:6001/database.'));
  const rest = text.trim().replace(scheme, '');
  // The last one: a password is often pasted as it is, with whatever is in it.
  const at = rest.lastIndexOf('@');
  const [place, query] = cut(rest.slice(at + 1), '?');
  const [authority, path] = cut(place, '/');
  const [user, password] = cut(at < 0 ? '' : rest.slice(0, at), ':');
  const database = (path ?? '').replace(/\/$/, '');
  if (database.includes('/'))
    throw wrong(say('The URI names one database after the host; write a "/" in its name as %2F.'));
  return {
    ...hostAndPort(authority),
    user: user === '' ? null : decoded(user, say('The user')),
    password: password === null ? null : decoded(password, say('The password')),
    database: database === '' ? null : decoded(database, say('The database')),
    tls: tlsOf(query),
  };
}

/** Without the password. */
export function printConnectionUri({ host, port, user, database, tls }: Omit<ConnectionUri, 'password'>): string {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const who = user === null ? '' : `${encodeURIComponent(user)}@`;
  const path = database === null ? '' : `/${encodeURIComponent(database)}`;
  return `mysql://${who}${place}${path}${tls === 'preferred' ? '' : `?tls=${tls}`}`;
}
