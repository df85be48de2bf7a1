/** The tree *Data and Models*: children when they are asked for, elements that refresh alone, nothing while it is hidden. */
import * as vscode from 'vscode';
import {
  connectionIdOf,
  connectionNode,
  databaseNodes,
  type ServerFacts,
  windowNodes,
  windowsNode,
} from '../../app/tree/connectionNodes.ts';
import {
  groupNodes,
  messageNode,
  modelNodes,
  paged,
  pageSize,
  snapshotNodes,
  sortedSnapshots,
  tableIdOf,
  tableNode,
} from '../../app/tree/nodes.ts';
import type { Group, Node, Subject } from '../../app/tree/nodeText.ts';
import { isSafetyName } from '../../app/versions/snapshotNames.ts';
import { assertNever } from '../../base/assert.ts';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import type { TableName } from '../../data/table.ts';
import { CalmChanges } from './calmChanges.ts';
import { type Connection, placeText } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import { configUri } from '../connections/homes.ts';
import { LeaseBeats, readLeases } from './leaseBeats.ts';
import type { Overview } from './overview.ts';
import type { Session } from '../connections/session.ts';
import { setting } from '../talk/settings.ts';
import { actionOf, tellError, type Tell } from '../talk/tell.ts';
import { type Element, treeItem } from './treeItem.ts';
import { say } from '../../base/say.ts';

const viewId = 'deltatrain.data';

/** How often writes by others are looked for while the view is visible and the window has the focus, in ms. */
const pollEvery = 5_000;

export interface TreeOptions {
  readonly connections: Connections;
  readonly overview: Overview;
  readonly tell: Tell;
}

/** The tree view, and the command's way to a node of it. */
export class DataTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #connections: Connections;
  readonly #overview: Overview;
  readonly #tell: Tell;
  readonly #own = new Disposables();
  readonly #emitter = this.#own.add(new vscode.EventEmitter<Element[] | undefined>());
  readonly #changes = this.#own.add(new CalmChanges<Element>((changed) => this.#emitter.fire(changed)));
  readonly onDidChangeTreeData = this.#emitter.event;
  readonly view: vscode.TreeView<Element>;
  readonly #elements = new Map<string, Element>();
  readonly #parents = new Map<string, Element>();
  readonly #shown = new Map<string, number>();
  readonly #expanded = new Set<string>();
  readonly #changeCounts = new Map<string, number>();
  readonly #beats = new LeaseBeats();
  /** Connections that changed while the view was hidden; `undefined` for all of them. */
  readonly #stale = new Set<string | undefined>();
  #poll: ReturnType<typeof setInterval> | undefined;

  constructor({ connections, overview, tell }: TreeOptions) {
    this.#connections = connections;
    this.#overview = overview;
    this.#tell = tell;
    this.view = this.#own.add(
      vscode.window.createTreeView(viewId, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
    );
    this.#own.add(this.view.onDidChangeVisibility(() => this.#woken()));
    this.#own.add(vscode.window.onDidChangeWindowState(() => this.#woken()));
    this.#own.add(this.view.onDidExpandElement(({ element }) => this.#whenExpanded(element)));
    this.#own.add(this.view.onDidCollapseElement(({ element }) => this.#expanded.delete(element.id)));
    this.#own.add(connections.onDidChange(() => this.#refresh(undefined)));
    this.#own.add(
      connections.onDidChangeData((id) => {
        overview.changed(id);
        this.#refresh(id);
      }),
    );
    this.#own.add(
      connections.onDidLookAgain((id) => {
        overview.forget(id);
        this.#refresh(id);
      }),
    );
    this.#own.add({ dispose: () => clearInterval(this.#poll) });
  }

  getTreeItem(element: Element): vscode.TreeItem {
    return treeItem(element);
  }

  getParent(element: Element): Element | undefined {
    return this.#parents.get(element.id);
  }

  getChildren(parent?: Element): Promise<Element[]> {
    return this.#changes.whileReading(() => this.#read(parent));
  }

  async #read(parent: Element | undefined): Promise<Element[]> {
    const nodes = await this.#childNodes(parent);
    // A group that is open to begin with is never expanded by anybody, so it counts when it is first shown.
    if (parent?.node.children === 'open') this.#whenExpanded(parent);
    return nodes.map((node) => {
      const element = this.#elements.get(node.id) ?? { id: node.id, node };
      element.node = node;
      this.#elements.set(node.id, element);
      if (parent) this.#parents.set(node.id, parent);
      return element;
    });
  }

  async #childNodes(parent: Element | undefined): Promise<Node[]> {
    if (!parent) return this.#roots();
    const { subject, id } = parent.node;
    try {
      const nodes = await this.#children(subject, id);
      return paged(nodes, this.#shown.get(id) ?? pageSize, subject.connection, id);
    } catch (error) {
      if (!(error instanceof Failure)) {
        tellError(this.#tell, error);
        return [];
      }
      return [messageNode(subject.connection, id, error.message, clickOf(error as Failure, subject.connection))];
    }
  }

  async #roots(): Promise<Node[]> {
    const [homes, connections] = await Promise.all([this.#connections.homes.read(), this.#connections.list()]);
    const problems = homes.flatMap((home) =>
      home.problem === null
        ? []
        : [
            messageNode('', configUri(home).toString(), home.problem.message, {
              command: 'deltatrain.config.open',
              title: say('Open'),
            }),
          ],
    );
    const state =
      connections.length + problems.length > 0 ? 'filled' : vscode.workspace.isTrusted ? 'empty' : 'untrusted';
    await vscode.commands.executeCommand('setContext', 'deltatrain.view.state', state);
    const nodes = await Promise.all(connections.map(async (one) => connectionNode(await this.#connectionFacts(one))));
    return [...problems, ...openedIfAlone(nodes)];
  }

  async #connectionFacts(connection: Connection): Promise<Parameters<typeof connectionNode>[0]> {
    const { id, config, home, place } = connection;
    return {
      id,
      kind: config.kind,
      environment: config.environment,
      readOnly: config.readOnly,
      isOpen: this.#connections.isOpen(id),
      place: placeText(place),
      source: home ? say('Named by {0}', configUri(home).fsPath) : say('Named by your settings'),
      server: await this.#serverFacts(connection),
    };
  }

  async #serverFacts(connection: Connection): Promise<ServerFacts | null> {
    const { id, config, place } = connection;
    if (config.kind !== 'matrixone' || place.kind !== 'matrixone') return null;
    const facts = this.#connections.opened(id)?.facts;
    return {
      engine: facts?.engine ?? null,
      user: place.user,
      database: config.database,
      encrypted: facts?.encrypted ?? null,
      secret: await this.#connections.opener.secrets.whereText(connection, place),
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
    const session = await this.#connections.sessionUnlessClosed(connection);
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
        return Promise.all(tables.map(async (table) => tableNode(await this.#overview.facts(session, table))));
      }
      case 'table':
        return groupNodes(await this.#overview.facts(session, { name: subject.table }));
      case 'group':
        return this.#members(session, subject.table, subject.group, id);
      default:
        return assertNever(subject);
    }
  }

  async #connectionChildren(session: Session, id: string): Promise<Node[]> {
    const { id: connection, config } = session.connection;
    const [databases, windows] = await Promise.all([session.store.databases(), session.store.recoveryWindows()]);
    const own = config.kind === 'matrixone' ? config.database : null;
    const nodes = databaseNodes(connection, databases, own);
    const groups = windows.length > 0 ? [windowsNode(connection, windows)] : [];
    if (nodes.length > 0) return [...openedIfAlone(nodes), ...groups];
    const import_ = { command: 'deltatrain.table.import', title: say('Import File…') };
    return [messageNode(connection, id, say('No table yet. Import a file…'), import_), ...groups];
  }

  async #members(session: Session, table: TableName, group: Group, id: string): Promise<Node[]> {
    const facts = await this.#overview.facts(session, { name: table });
    if (group === 'models') return modelNodes(facts);
    const nodes = snapshotNodes(facts, group, (from, to) => this.#overview.known(session, table, from, to), Date.now());
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

  #whenExpanded(element: Element): void {
    this.#expanded.add(element.id);
    void this.#countIfWanted(element);
  }

  /** Counts what an expanded element shows, in the background and only while somebody can see it. */
  async #countIfWanted(element: Element): Promise<void> {
    const { subject } = element.node;
    if (!this.#isSeen(element) || !setting('delta.counted')) return;
    try {
      if (subject.kind === 'table') await this.#countTable(element, subject.connection, subject.table);
      if (subject.kind === 'group' && subject.group === 'snapshots')
        await this.#countSnapshots(element, subject.connection, subject.table);
    } catch (error) {
      if (!Failure.is(error, 'cancelled')) this.#tell.log('warning', String(error));
    }
  }

  async #countTable(element: Element, connection: string, table: TableName): Promise<void> {
    const session = await this.#connections.sessionUnlessClosed(connection);
    if (!session || this.#overview.countsOnClick(session)) return;
    if (await this.#overview.count(session, table)) await this.#redraw(element, session, table);
  }

  async #redraw(element: Element, session: Session, table: TableName): Promise<void> {
    element.node = tableNode(await this.#overview.facts(session, { name: table }));
    this.#changes.changed(element);
  }

  async #countSnapshots(element: Element, connection: string, table: TableName): Promise<void> {
    const session = await this.#connections.sessionUnlessClosed(connection);
    if (!session || this.#overview.countsOnClick(session)) return;
    const { snapshots } = await this.#overview.facts(session, { name: table });
    const shown = sortedSnapshots(snapshots.filter((one) => !isSafetyName(one.name))).slice(
      0,
      this.#shown.get(element.id) ?? pageSize,
    );
    const pairs = shown.flatMap((to, i) => {
      const from = shown[i + 1];
      return from ? [[from, to] as const] : [];
    });
    if (await this.#overview.countBetween(session, table, pairs)) this.#changes.changed(element);
  }

  #isSeen(element: Element): boolean {
    if (!this.view.visible) return false;
    for (let one: Element | undefined = element; one; one = this.#parents.get(one.id))
      if (one !== element && one.node.children !== 'open' && !this.#expanded.has(one.id)) return false;
    return true;
  }

  /** Takes the time it takes, as somebody asked for it. */
  async count(connection: string, table: TableName, signal: AbortSignal): Promise<void> {
    const session = await this.#connections.session(connection);
    await this.#overview.count(session, table, signal);
    const element = this.#elements.get(tableIdOf(connection, table));
    if (element) await this.#redraw(element, session, table);
  }

  /** Shows the next page of the siblings of a *Load more*. */
  more(of: string): void {
    this.#shown.set(of, (this.#shown.get(of) ?? pageSize) + pageSize);
    this.#changes.changed(this.#elements.get(of));
  }

  /** Reads everything again. */
  refresh(): void {
    for (const id of this.#connections.open()) this.#overview.forget(id);
    this.#refresh(undefined);
  }

  #refresh(connection: string | undefined): void {
    if (!this.view.visible) {
      this.#stale.add(connection);
      return;
    }
    const element = connection === undefined ? undefined : this.#elements.get(connectionIdOf(connection));
    this.#changes.changed(element);
    for (const one of this.#elements.values())
      if (this.#expanded.has(one.id) && (connection === undefined || one.node.subject.connection === connection))
        void this.#countIfWanted(one);
  }

  #woken(): void {
    const isAwake = this.view.visible && vscode.window.state.focused;
    clearInterval(this.#poll);
    this.#poll = isAwake ? setInterval(() => void this.#lookForWrites(), pollEvery) : undefined;
    if (!isAwake) return;
    if (this.#stale.has(undefined)) this.#refresh(undefined);
    else for (const id of this.#stale) this.#refresh(id);
    this.#stale.clear();
    for (const id of this.#connections.open())
      if (this.#connections.opened(id)?.facts.seesOthers === false) this.#connections.lookAgain(id);
    void this.#lookForWrites();
  }

  /** Notices writes by other programs and windows. */
  async #lookForWrites(): Promise<void> {
    for (const id of this.#connections.open()) {
      try {
        const session = this.#connections.opened(id);
        // Where writes by others go unseen, our own are told by whoever makes them.
        if (session?.facts.seesOthers !== true) continue;
        const now = await session.store.changeCount();
        const before = this.#changeCounts.get(id);
        this.#changeCounts.set(id, now);
        if (before === now) continue;
        const isBeat = this.#beats.isBeat(id, await readLeases(session.store));
        if (before !== undefined && !isBeat) this.#connections.noticeChange(id);
      } catch (error) {
        this.#tell.log('warning', String(error));
      }
    }
  }

  dispose(): void {
    this.#own.dispose();
  }
}

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
