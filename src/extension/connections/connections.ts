/** The connections of this window: those of the deltatrain.json files and of the user's settings, and which of them are open. */
import type { ConnectionConfig } from '../../app/config/config.ts';
import { type Disposable, Disposables } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/event.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { type Connection, isSameConnection, storePlaceOf } from './connection.ts';
import type { Homes } from './homes.ts';
import type { HowToOpen, Opener } from './opener.ts';
import type { Session } from './session.ts';

export interface ConnectionsOptions {
  readonly homes: Homes;
  readonly opener: Opener;
  /** The connections of the user's own settings. */
  readonly own: { list(): ReadonlyMap<string, ConnectionConfig>; readonly onDidChange: Event<void> };
  readonly isTrusted: () => boolean;
}

/** A connection that is open, or on its way. */
interface Opening {
  /** Also when it was closed meanwhile: then whoever closed it ends it. */
  readonly coming: Promise<Session | null>;
  /** For whoever wants it open: `cancelled` when it was closed meanwhile. */
  settled: Promise<Session | null>;
  /** Ends it while it is on its way. */
  readonly controller: AbortController;
  /** Nobody is asked anything for it. */
  readonly quietly: boolean;
  connection: Connection | null;
  opened: Session | null;
}

/**
 * The connections of this window. `session` opens one where it is not; whoever shows data listens to the three events.
 */
export class Connections implements Disposable {
  readonly #options: ConnectionsOptions;
  readonly #own = new Disposables();
  readonly #openings = new Map<string, Opening>();
  /** Closed by the user: only a command opens them again. */
  readonly #closedByUser = new Set<string>();
  readonly #changed = this.#own.add(new Emitter<void>());
  readonly #dataChanged = this.#own.add(new Emitter<string>());
  readonly #lookedAgain = this.#own.add(new Emitter<string>());
  /** The list, or which of them are open. */
  readonly onDidChange = this.#changed.event;
  /** The id of a connection whose tables, snapshots or models changed. */
  readonly onDidChangeData = this.#dataChanged.event;
  /** The id of a connection where others may have changed something, which it cannot tell. */
  readonly onDidLookAgain = this.#lookedAgain.event;
  /** How many runs need a connection as it is. */
  readonly #held = new Map<string, number>();
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#own.add(options.homes.onDidChange(() => void this.#closeGone()));
    this.#own.add(options.own.onDidChange(() => void this.#closeGone()));
  }

  get homes(): Homes {
    return this.#options.homes;
  }

  /** Those of the files first, in the order of the folders and the files; then the user's own. */
  async list(): Promise<Connection[]> {
    const homes = await this.homes.read();
    const isAlone = homes.filter(({ kind }) => kind === 'folder').length === 1;
    const found: Connection[] = [];
    for (const home of homes) {
      for (const [name, config] of Object.entries(home.config.connections)) {
        const isPlain = home.kind === 'folder' ? isAlone : !found.some(({ id }) => id === name);
        const id = isPlain ? name : `${home.name} › ${name}`;
        found.push({ id, name, home, config, place: storePlaceOf(config, home.uri.fsPath) });
      }
    }
    for (const [name, config] of this.#options.own.list())
      if (!found.some(({ id }) => id === name))
        found.push({ id: name, name, home: null, config, place: storePlaceOf(config, null) });
    return this.#asHeld(found);
  }

  /** A connection that a run needs is the one that is open, whatever the file says meanwhile. */
  #asHeld(found: Connection[]): Connection[] {
    const held = [...this.#held.keys()].flatMap((id) => this.#openings.get(id)?.connection ?? []);
    const gone = held.filter(({ id }) => !found.some((one) => one.id === id));
    return [...found.map((one) => held.find(({ id }) => id === one.id) ?? one), ...gone];
  }

  /** Keeps an open connection as it is until it is let go, also when the file names it otherwise or no more. */
  hold(id: string): Disposable {
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1);
    let isHeld = true;
    return {
      dispose: () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (this.#held.get(id) ?? 1) - 1;
        if (left > 0) this.#held.set(id, left);
        else this.#held.delete(id);
        if (left === 0) void this.#closeGone();
      },
    };
  }

  async find(id: string): Promise<Connection> {
    const all = await this.list();
    const found = all.find((one) => one.id === id);
    if (found) return found;
    if (!this.#options.isTrusted()) throw new Failure('workspace.untrusted');
    throw new Failure('connection.unknown', {
      connection: id,
      near: nearest(
        id,
        all.map((one) => one.id),
      ),
    });
  }

  get opener(): Opener {
    return this.#options.opener;
  }

  isOpen(id: string): boolean {
    return this.opened(id) !== null;
  }

  /** The session of a connection that is open; null while it is not. */
  opened(id: string): Session | null {
    return this.#openings.get(id)?.opened ?? null;
  }

  /** False once the connection was closed, and when it was opened anew. */
  isCurrent(session: Session): boolean {
    return this.opened(session.connection.id) === session;
  }

  /** For what works in the background: null where the user closed the connection, or would have to be asked for its password. */
  async sessionUnlessClosed(id: string): Promise<Session | null> {
    return this.#closedByUser.has(id) ? null : this.#session(id, { quietly: true });
  }

  /** Ids of the connections that are open. */
  open(): string[] {
    return [...this.#openings].filter(([, { opened }]) => opened !== null).map(([id]) => id);
  }

  /** The open connection, opened first where it is not; asks for the password where it needs one. */
  async session(id: string, how: Omit<HowToOpen, 'quietly'> = {}): Promise<Session> {
    for (;;) {
      const known = this.#openings.get(id);
      // What is opened quietly ends where it would have to ask; then it is opened once more, with questions.
      const session = known?.quietly === true ? await known.settled.catch(() => null) : await this.#session(id, how);
      if (session) return session;
    }
  }

  /** Null where it was to be opened quietly and a person would have to be asked. */
  #session(id: string, how: HowToOpen): Promise<Session | null> {
    const known = this.#openings.get(id);
    if (known) return known.settled;
    const controller = new AbortController();
    const coming = this.find(id).then((connection) => {
      opening.connection = connection;
      return this.opener.open(connection, how, controller.signal);
    });
    // Nothing is awaited before it is in the map, so that nobody opens it a second time and whoever closes it finds it.
    const opening: Opening = {
      coming,
      settled: Promise.resolve(null),
      controller,
      quietly: how.quietly === true,
      connection: null,
      opened: null,
    };
    this.#openings.set(id, opening);
    opening.settled = this.#settle(id, opening);
    return opening.settled;
  }

  async #settle(id: string, opening: Opening): Promise<Session | null> {
    const isMine = (): boolean => this.#openings.get(id) === opening;
    try {
      const session = await opening.coming;
      if (!isMine()) throw new Failure('cancelled');
      if (!session) {
        this.#openings.delete(id);
        return null;
      }
      opening.opened = session;
      this.#closedByUser.delete(id);
      this.#changed.fire();
      return session;
    } catch (error) {
      if (isMine()) this.#openings.delete(id);
      throw error;
    }
  }

  /** `byUser`: it stays closed until a command wants it. One that is on its way is ended too, with its process. */
  async close(id: string, byUser = false): Promise<void> {
    const opening = this.#openings.get(id);
    if (!opening) return;
    this.#openings.delete(id);
    if (byUser) this.#closedByUser.add(id);
    opening.controller.abort();
    this.#changed.fire();
    const ended = opening.coming.then(
      (session) => session?.end(),
      // How the opening ended is told to whoever wanted it open.
      () => undefined,
    );
    this.#closing = Promise.allSettled([this.#closing, ended]);
    await ended;
  }

  /** Closes what is not named any more, or is named otherwise. */
  async #closeGone(): Promise<void> {
    const now = await this.list();
    for (const [id, { connection }] of [...this.#openings])
      if (connection && !now.some((one) => isSameConnection(one, connection))) await this.close(id);
    this.#changed.fire();
  }

  /** Tells everybody that shows the data of this connection to look again. */
  noticeChange(id: string): void {
    this.#dataChanged.fire(id);
  }

  /** Others may have changed this connection's data; what is shown of it is read again, but nothing heavy is counted. */
  lookAgain(id: string): void {
    this.#lookedAgain.fire(id);
  }

  /** Ends every engine process. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.#openings.keys()].map((id) => this.close(id)));
    await this.#closing;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
