/** The upper part of the tree: connections, their databases, and the recovery windows of servers. */
import type { RecoveryWindow } from '../../data/store.ts';
import { quoteName } from '../../git4data/print.ts';
import type { Environment } from '../config/config.ts';
import { code, idOf, joined, joinedContext, type Node, paragraphs, plain } from './nodeText.ts';
import { say } from '../../base/say.ts';
import { countText } from '../../words/numbers.ts';
import { timeText } from '../../words/times.ts';

export interface ConnectionFacts {
  readonly id: string;
  /** As it is written down. */
  readonly kind: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
  readonly isOpen: boolean;
  /** Where the store is: a path or host:port. */
  readonly place: string;
  /** Where the connection is written down, as a sentence. */
  readonly source: string;
  readonly server: ServerFacts | null;
}

/** What is shown of a server besides its place. */
export interface ServerFacts {
  /** `MatrixOne 4.1.4`; null while it is not connected. */
  readonly engine: string | null;
  readonly user: string;
  readonly database: string | null;
  /** Null while it is not connected. */
  readonly encrypted: boolean | null;
  /** Where the password is, as a sentence; null where there is none yet. */
  readonly secret: string | null;
  readonly limits: readonly string[];
}

/** The id of a connection's node: by it the node is shown again after its data changed. */
export const connectionIdOf = (connection: string): string => idOf('connection', connection);

/** The node of a connection, open or not. */
export function connectionNode(facts: ConnectionFacts): Node {
  const { id, environment, kind, isOpen, server } = facts;
  return {
    id: connectionIdOf(id),
    subject: { kind: 'connection', connection: id },
    label: id,
    description: joined(
      server ? (server.engine ?? 'MatrixOne') : kind,
      server && facts.place,
      environment !== 'development' && environment,
      facts.readOnly && say('read-only'),
      !isOpen && say('not connected'),
    ),
    tooltip: paragraphs(
      `**${plain(id)}** · ${server?.engine ?? kind} · ${environment}`,
      plain(server ? say('{0} as {1}', facts.place, server.user) : facts.place),
      server && serverLines(server),
      plain(facts.source),
    ),
    icon: server ? 'server' : 'database',
    children: 'closed',
    context: joinedContext(
      'connection',
      server ? 'server' : 'file',
      isOpen ? 'open' : 'closed',
      facts.readOnly && 'readOnly',
      environment,
    ),
    click: null,
  };
}

function serverLines({ database, encrypted, secret, limits }: ServerFacts): string {
  const lines = [
    database !== null && say('Database: {0}', database),
    encrypted === true && say('The connection is encrypted.'),
    encrypted === false && say('The connection is not encrypted.'),
    secret,
  ];
  const said = lines.filter((line) => typeof line === 'string').map(plain);
  return paragraphs(...said, limits.map((limit) => `- ${plain(limit)}`).join('\n'));
}

const databaseNode = (connection: string, database: string, children: Node['children'] = 'closed'): Node => ({
  id: idOf('database', connection, database),
  subject: { kind: 'database', connection, database },
  label: database,
  description: '',
  tooltip: `**${plain(database)}**${code(`SHOW TABLES FROM ${quoteName(database)}`)}`,
  icon: 'library',
  children,
  context: 'database',
  click: null,
});

/** The database that the connection names stands first and is open; the others keep their order. */
export function databaseNodes(connection: string, databases: readonly string[], own: string | null): Node[] {
  const others = databases.filter((one) => one !== own).map((one) => databaseNode(connection, one));
  return own !== null && databases.includes(own) ? [databaseNode(connection, own, 'open'), ...others] : others;
}

/** The node above the recovery windows of a server; shown only where there are some. */
export const windowsNode = (connection: string, windows: readonly RecoveryWindow[]): Node => ({
  id: idOf('windows', connection),
  subject: { kind: 'windows', connection },
  label: say('Recovery Windows'),
  description: countText(windows.length),
  tooltip: `${say('Stretches of time in which every moment can be read (PITR)')}${code('SHOW PITR')}`,
  icon: 'clock',
  children: 'closed',
  context: 'windows',
  click: null,
});

function coveredText({ level, database, table }: RecoveryWindow): string {
  if (database !== null) return table === null ? database : `${database}.${table}`;
  return level === 'cluster' ? say('the whole cluster') : say('the whole account');
}

/** A node for each recovery window, with a statement that reads a moment of it. */
export function windowNodes(connection: string, windows: readonly RecoveryWindow[]): Node[] {
  return windows.map((window): Node => {
    const { name, database, table, since, length } = window;
    const moment = timeText(since);
    const example =
      database === null || table === null
        ? 'SHOW PITR'
        : `SELECT * FROM ${quoteName(database)}.${quoteName(table)}{TIMESTAMP = '${moment.slice(0, 19)}'}`;
    return {
      id: idOf('window', connection, name),
      subject: { kind: 'window', connection },
      label: name,
      description: joined(coveredText(window), say('any moment since {0}', moment), length),
      tooltip: `**${plain(name)}** · ${plain(coveredText(window))}${code(example)}`,
      icon: 'clock',
      children: 'none',
      context: 'window',
      click: null,
    };
  });
}
