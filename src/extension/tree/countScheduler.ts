/** Counts what an unfolded element shows, in the background, and only while somebody can see it. */
import { sortedSnapshots, tableNode } from '../../app/tree/nodes.ts';
import { isSafetyName } from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import type { TableName } from '../../data/table.ts';
import type { Connections } from '../connections/connections.ts';
import type { Session } from '../connections/session.ts';
import type { Element, Elements } from './elements.ts';
import type { Overview } from './overview.ts';

export interface CountSchedulerOptions {
  readonly connections: Pick<Connections, 'sessionUnlessClosed'>;
  readonly overview: Pick<Overview, 'count' | 'countBetween' | 'countsOnClick' | 'facts'>;
  readonly elements: Elements;
  /** Whether the tree can be seen at all. */
  readonly isVisible: () => boolean;
  /** Whether the settings want counts. */
  readonly isWanted: () => boolean;
  /** An element has another text, or other children, now. */
  readonly changed: (element: Element) => void;
  /** What went wrong in the background; a cancelled count is nobody's news. */
  readonly failed: (error: unknown) => void;
}

export class CountScheduler {
  readonly #options: CountSchedulerOptions;

  constructor(options: CountSchedulerOptions) {
    this.#options = options;
  }

  /** Counts what there is to count of an element: of a table its delta, of snapshots what lies between them. */
  async count(element: Element): Promise<void> {
    const { elements, isVisible, isWanted, failed } = this.#options;
    const { subject } = element.node;
    if (!isVisible() || !elements.isInSight(element) || !isWanted()) return;
    try {
      if (subject.kind === 'table') await this.#countTable(element, subject.connection, subject.table);
      if (subject.kind === 'group' && subject.group === 'snapshots')
        await this.#countSnapshots(element, subject.connection, subject.table);
    } catch (error) {
      if (!Failure.is(error, 'cancelled')) failed(error);
    }
  }

  /** Draws a table as it is known now. */
  async redraw(element: Element, session: Session, table: TableName): Promise<void> {
    element.node = tableNode(await this.#options.overview.facts(session, { name: table }));
    this.#options.changed(element);
  }

  async #countTable(element: Element, connection: string, table: TableName): Promise<void> {
    const session = await this.#sessionToCount(connection);
    if (session && (await this.#options.overview.count(session, table))) await this.redraw(element, session, table);
  }

  async #countSnapshots(element: Element, connection: string, table: TableName): Promise<void> {
    const { overview, elements, changed } = this.#options;
    const session = await this.#sessionToCount(connection);
    if (!session) return;
    const { snapshots } = await overview.facts(session, { name: table });
    const shown = sortedSnapshots(snapshots.filter((one) => !isSafetyName(one.name))).slice(
      0,
      elements.shownOf(element.id),
    );
    const pairs = shown.flatMap((to, i) => {
      const from = shown[i + 1];
      return from ? [[from, to] as const] : [];
    });
    if (await overview.countBetween(session, table, pairs)) changed(element);
  }

  /** Null where nothing is counted without a click, or the user closed the connection. */
  async #sessionToCount(connection: string): Promise<Session | null> {
    const session = await this.#options.connections.sessionUnlessClosed(connection);
    return session && !this.#options.overview.countsOnClick(session) ? session : null;
  }
}
