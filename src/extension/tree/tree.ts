/** The tree *Data and Models*: children when they are asked for, elements that refresh alone, nothing while it is hidden. */
import * as vscode from 'vscode';
import { connectionIdOf } from '../../app/tree/connectionNodes.ts';
import { paged, tableIdOf } from '../../app/tree/nodes.ts';
import type { Node } from '../../app/tree/nodeText.ts';
import { Disposables } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { TableName } from '../../data/table.ts';
import type { Connections } from '../connections/connections.ts';
import { configUri } from '../connections/homes.ts';
import { setting } from '../talk/settings.ts';
import type { Tell } from '../talk/tell.ts';
import { tellError } from '../talk/tellError.ts';
import { droppedFiles } from './droppedFiles.ts';
import { CalmChanges } from './calmChanges.ts';
import { ChangePoller } from './changePoller.ts';
import { CountScheduler } from './countScheduler.ts';
import { type Element, Elements } from './elements.ts';
import type { Overview } from './overview.ts';
import { treeItem } from './treeItem.ts';
import { TreeNodes } from './treeNodes.ts';

const viewId = 'deltatrain.data';

export interface TreeOptions {
  readonly connections: Connections;
  readonly overview: Overview;
  readonly tell: Tell;
  /** Trainings of a table whose last run was interrupted. */
  readonly interrupted: (connection: string, table: TableName) => Promise<readonly string[]>;
}

/** The tree view, and the command's way to a node of it. */
export class DataTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #connections: Connections;
  readonly #overview: Overview;
  readonly #tell: Tell;
  readonly #own = new Disposables();
  readonly #emitter = this.#own.add(new Emitter<Element[] | undefined>());
  readonly #changes = this.#own.add(new CalmChanges<Element>((changed) => this.#emitter.fire(changed)));
  readonly onDidChangeTreeData = this.#emitter.event;
  readonly view: vscode.TreeView<Element>;
  readonly #elements = new Elements();
  readonly #nodes: TreeNodes;
  readonly #counts: CountScheduler;
  readonly #poller: ChangePoller;
  /** Connections that changed while the view was hidden; `undefined` for all of them. */
  readonly #stale = new Set<string | undefined>();

  constructor({ connections, overview, tell, interrupted }: TreeOptions) {
    this.#connections = connections;
    this.#overview = overview;
    this.#tell = tell;
    const failed = (error: unknown): void => tell.log('warning', String(error));
    this.#nodes = new TreeNodes({
      connections,
      overview,
      configOf: configUri,
      isTrusted: () => vscode.workspace.isTrusted,
      interrupted,
    });
    this.#counts = new CountScheduler({
      connections,
      overview,
      elements: this.#elements,
      isVisible: () => this.view.visible,
      isWanted: () => setting('delta.counted'),
      changed: (element) => this.#changes.changed(element),
      failed,
    });
    this.#poller = this.#own.add(
      new ChangePoller({ connections, failed, replaced: (id, error) => tellError(tell, error, id) }),
    );
    this.view = this.#own.add(
      vscode.window.createTreeView(viewId, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDropController: droppedFiles,
      }),
    );
    this.#own.add(this.view.onDidChangeVisibility(() => this.#woken()));
    this.#own.add(vscode.window.onDidChangeWindowState(() => this.#woken()));
    this.#own.add(this.view.onDidExpandElement(({ element }) => this.#whenExpanded(element)));
    this.#own.add(this.view.onDidCollapseElement(({ element }) => this.#elements.collapse(element)));
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
  }

  getTreeItem(element: Element): vscode.TreeItem {
    return treeItem(element);
  }

  getParent(element: Element): Element | undefined {
    return this.#elements.parentOf(element);
  }

  getChildren(parent?: Element): Promise<Element[]> {
    return this.#changes.whileReading(() => this.#read(parent));
  }

  async #read(parent: Element | undefined): Promise<Element[]> {
    const nodes = parent ? await this.#below(parent) : await this.#roots();
    // A group that is open to begin with is never expanded by anybody, so it counts when it is first shown.
    if (parent?.node.children === 'open') this.#whenExpanded(parent);
    return this.#elements.of(nodes, parent);
  }

  async #roots(): Promise<Node[]> {
    const { nodes, state } = await this.#nodes.roots();
    await vscode.commands.executeCommand('setContext', 'deltatrain.view.state', state);
    return nodes;
  }

  async #below({ id, node }: Element): Promise<Node[]> {
    try {
      return paged(await this.#nodes.below(node), this.#elements.shownOf(id), node.subject.connection, id);
    } catch (error) {
      tellError(this.#tell, error);
      return [];
    }
  }

  #whenExpanded(element: Element): void {
    this.#elements.expand(element);
    void this.#counts.count(element);
  }

  /** Takes the time it takes, as somebody asked for it. */
  async count(connection: string, table: TableName, signal: AbortSignal): Promise<void> {
    const session = await this.#connections.session(connection);
    await this.#overview.count(session, table, signal);
    const element = this.#elements.get(tableIdOf(connection, table));
    if (element) await this.#counts.redraw(element, session, table);
  }

  /** Shows the next page of the siblings of a *Load more*. */
  more(of: string): void {
    this.#elements.showMore(of);
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
    for (const one of this.#elements.expanded(connection)) void this.#counts.count(one);
  }

  #woken(): void {
    if (!this.view.visible || !vscode.window.state.focused) {
      this.#poller.sleep();
      return;
    }
    if (this.#stale.has(undefined)) this.#refresh(undefined);
    else for (const id of this.#stale) this.#refresh(id);
    this.#stale.clear();
    this.#poller.wake();
  }

  dispose(): void {
    this.#own.dispose();
  }
}
