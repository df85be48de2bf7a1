/** What the tree shows below each of its elements, as nodes: read from the connections when it is asked for. */
import { isFile } from '../../data/place.ts';
import {
  connectionNode,
  databaseNodes,
  type ServerFacts,
  windowNodes,
  windowsNode,
} from '../../app/tree/connectionNodes.ts';
import { changedModels } from '../../app/registry/record/verifyRecord.ts';
import { groupNodes, messageNode, modelNodes, snapshotNodes, tableNode } from '../../app/tree/nodes.ts';
import type { Group, Node, Subject } from '../../app/tree/nodeText.ts';
import { assertNever } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { type Connection, placeText } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import type { Home } from '../connections/homes.ts';
import type { Session } from '../connections/session.ts';
import { actionOf } from '../talk/tellError.ts';
import type { Overview } from './overview.ts';

export interface TreeNodesOptions {
  readonly connections: Pick<Connections, 'homes' | 'list' | 'isOpen' | 'opened' | 'opener' | 'sessionUnlessClosed'>;
  readonly overview: Pick<Overview, 'facts' | 'known'>;
  /** The deltatrain.json of a home. */
  readonly configOf: (home: Home) => { readonly fsPath: string; toString(): string };
  readonly isTrusted: () => boolean;
  /** Trainings of a table whose last run was interrupted. */
  readonly interrupted: (connection: string, table: TableName) => Promise<readonly string[]>;
}

/** Why there is nothing in the view, where there is nothing: what stands there instead depends on it. */
export type ViewState = 'filled' | 'empty' | 'untrusted';

export class TreeNodes {
  readonly #options: TreeNodesOptions;

  constructor(options: TreeNodesOptions) {
    this.#options = options;
  }

  /** The connections, after what is wrong with the files that name them. */
  async roots(): Promise<{ readonly nodes: Node[]; readonly state: ViewState }> {
    const { connections, configOf, isTrusted } = this.#options;
    const [homes, all] = await Promise.all([connections.homes.read(), connections.list()]);
    const problems = homes.flatMap((home) =>
      home.problem === null
        ? []
        : [
            messageNode('', configOf(home).toString(), home.problem.message, {
              command: 'deltatrain.config.open',
              title: say('Open'),
            }),
          ],
    );
    const state = all.length + problems.length > 0 ? 'filled' : isTrusted() ? 'empty' : 'untrusted';
    const nodes = await Promise.all(all.map(async (one) => connectionNode(await this.#connectionFacts(one))));
    return { nodes: [...problems, ...openedIfAlone(nodes)], state };
  }

  /** What lies below a node. A failure is a node too, with what can be done about it; anything else that goes wrong is thrown. */
  async below({ subject, id }: Node): Promise<Node[]> {
    try {
      return await this.#children(subject, id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [messageNode(subject.connection, id, error.message, clickOf(error as Failure, subject.connection))];
    }
  }

  async #connectionFacts(connection: Connection): Promise<Parameters<typeof connectionNode>[0]> {
    const { id, config, home, place } = connection;
    return {
      id,
      kind: config.kind,
      environment: config.environment,
      readOnly: config.readOnly,
      isOpen: this.#options.connections.isOpen(id),
      place: placeText(place),
      source: home ? say('Named by {0}', this.#options.configOf(home).fsPath) : say('Named by your settings'),
      server: await this.#serverFacts(connection),
    };
  }

  async #serverFacts(connection: Connection): Promise<ServerFacts | null> {
    const { id, config, place } = connection;
    if (isFile(config) || isFile(place)) return null;
    const facts = this.#options.connections.opened(id)?.facts;
    return {
      engine: facts?.engine ?? null,
      user: place.user,
      database: config.database,
      encrypted: facts?.encrypted ?? null,
      secret: await this.#options.connections.opener.secrets.whereText(connection, place),
      limits: facts?.limits ?? [],
    };
  }

  async #children(subject: Subject, id: string): Promise<Node[]> {
    const { connection } = subject;
    if (
      subject.kind === 'message' ||
      subject.kind === 'more' ||
      subject.kind === 'model' ||
      subject.kind === 'snapshot' ||
      subject.kind === 'window'
    )
      return [];
    const session = await this.#options.connections.sessionUnlessClosed(connection);
    if (!session)
      return [
        messageNode(connection, id, say('Not connected. Connect…'), {
          command: 'deltatrain.connection.connect',
          title: say('Connect'),
        }),
      ];
    switch (subject.kind) {
      case 'connection':
        return this.#connectionChildren(session, id);
      case 'windows':
        return windowNodes(connection, await session.store.recoveryWindows());
      case 'database': {
        const tables = await session.store.tables(subject.database);
        if (tables.length === 0)
          return [messageNode(connection, id, say('No table that this connection may read.'), null)];
        return Promise.all(tables.map(async (table) => tableNode(await this.#options.overview.facts(session, table))));
      }
      case 'table': {
        const facts = await this.#options.overview.facts(session, { name: subject.table });
        // Nobody waits for it where there is nothing that could be kept.
        const kept = facts.snapshots.length === 0 ? null : await session.store.keptDisk(subject.table);
        const interrupted = await this.#options.interrupted(session.connection.id, subject.table);
        return [
          ...interrupted.map((name) => interruptedNode(session.connection.id, subject.table, name)),
          ...groupNodes(facts, kept),
        ];
      }
      case 'group':
        return this.#members(session, subject.table, subject.group, id);
      default:
        return assertNever(subject);
    }
  }

  async #connectionChildren(session: Session, id: string): Promise<Node[]> {
    const { id: connection, config } = session.connection;
    const [databases, windows] = await Promise.all([session.store.databases(), session.store.recoveryWindows()]);
    const own = isFile(config) ? null : config.database;
    const nodes = databaseNodes(connection, databases, own);
    const groups = windows.length > 0 ? [windowsNode(connection, windows)] : [];
    if (nodes.length > 0) return [...openedIfAlone(nodes), ...groups];
    const import_ = { command: 'deltatrain.table.import', title: say('Import…') };
    return [messageNode(connection, id, say('No table yet. Import a file…'), import_), ...groups];
  }

  async #members(session: Session, table: TableName, group: Group, id: string): Promise<Node[]> {
    const facts = await this.#options.overview.facts(session, { name: table });
    // Read anew when they are looked at: the rest of the tree asks for less of a model.
    if (group === 'models') return modelNodes(facts, await changedModels(session.registry));
    const nodes = snapshotNodes(
      facts,
      group,
      (from, to) => this.#options.overview.known(session, table, from, to),
      Date.now(),
    );
    const { id: connection } = session.connection;
    const typeName = { command: 'deltatrain.snapshot.type', title: say('Type a Name…') };
    if (group === 'snapshots' && !facts.listable)
      return [
        ...nodes,
        messageNode(connection, id, say('Snapshots cannot be listed by this role. Type a name…'), typeName, table),
      ];
    if (group === 'snapshots' && nodes.length === 0)
      return [
        messageNode(
          connection,
          id,
          say('No snapshot yet. Create one…'),
          { command: 'deltatrain.table.createSnapshot', title: say('Create Snapshot…') },
          table,
        ),
      ];
    return nodes;
  }
}

/** A run that was lost: nothing is registered, and what it pinned waits for a decision. */
const interruptedNode = (connection: string, table: TableName, training: string): Node => ({
  ...messageNode(connection, `interrupted ${connection} ${tableText(table)} ${training}`, '', {
    command: 'deltatrain.run.again',
    title: say('Run Again'),
  }),
  subject: { kind: 'message', connection, table, training },
  label: say('Interrupted run of {0}. Run Again…', training),
  icon: 'warning',
  context: 'interrupted',
});

/** One connection or database is open to begin with: there is nothing to choose from. */
const openedIfAlone = (nodes: Node[]): Node[] =>
  nodes.length === 1 ? nodes.map((node) => ({ ...node, children: 'open' })) : nodes;

/** What a click on an error child does about it; the child itself is what the command is told to work on. */
function clickOf(failure: Failure, connection: string): Node['click'] {
  if (failure.code === 'connection.outside')
    return { command: 'deltatrain.connection.add', title: say('Choose the store in a dialog') };
  const action = actionOf(failure, connection);
  if (action) return { command: action.command, title: action.title };
  if (failure.code === 'store.unreachable') return { command: 'deltatrain.connection.connect', title: say('Connect') };
  return { command: 'deltatrain.log.show', title: say('Show Log') };
}
