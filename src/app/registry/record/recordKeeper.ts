/** Keeps the record of a registry: events follow on its end, in one transaction with what they tell of. */
import { Failure } from '../../../base/failure.ts';
import type { Store, Write } from '../../../data/store.ts';
import { queryRows } from '../queryRows.ts';
import {
  type Author,
  eventOfRow,
  type Happening,
  insertEvent,
  nextEvent,
  type RecordedEvent,
  type RecordEnd,
  selectEvents,
  selectRecordEnd,
} from './record.ts';
import type { RegistryFormat } from '../registryFormat.ts';

/** Who writes, and by which clock. */
export interface RecordWriter extends Author {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

const nobody: RecordWriter = { who: '', tool: 'deltatrain', now: () => Date.now() };

/** The first version of the registry that has a record. */
const firstVersion = 3;

/** Programs that write into the record at the same moment, before one gives up. */
const attempts = 8;

/** Events as writes, with the number of the event that they follow on; 0 for none. */
export interface Following {
  readonly writes: readonly Write[];
  readonly after: number;
}

/** The record of one registry. Needs a registry that is prepared to write; reading makes nothing. Failures are the store's. */
export class RecordKeeper {
  readonly #store: Store;
  readonly #format: RegistryFormat;
  readonly #writer: RecordWriter;

  constructor(store: Store, format: RegistryFormat, writer: RecordWriter = nobody) {
    this.#store = store;
    this.#format = format;
    this.#writer = writer;
  }

  /** Who acts, and when: what rows beside an event say of it. `at`: ISO, UTC. */
  stamp(): { readonly who: string; readonly at: string } {
    return { who: this.#writer.who, at: new Date(this.#writer.now()).toISOString() };
  }

  async #end(): Promise<RecordEnd> {
    const [row] = await this.#format.allowed(queryRows(this.#store, selectRecordEnd));
    return row ? { seq: Number(row[0]), hash: String(row[1]) } : null;
  }

  /** The events as they follow on the end of the record now; for a transaction of the caller's, in a registry that is prepared. `at`: ISO, UTC. */
  async follow(happenings: readonly Happening[], at = new Date(this.#writer.now()).toISOString()): Promise<Following> {
    const first = await this.#end();
    let end = first;
    const writes = happenings.map((happening) => {
      const event = nextEvent(end, happening, this.#writer, at);
      end = event;
      return insertEvent(event);
    });
    return { writes, after: first?.seq ?? 0 };
  }

  /** True where another program has written into the record since: a `row.conflict` may be for that. */
  async isOvertaken({ after }: Following): Promise<boolean> {
    return ((await this.#end())?.seq ?? 0) > after;
  }

  /** Writes and the event that tells of them as one transaction; once more where another event came in between. */
  async write(happenings: readonly Happening[], writes: readonly Write[]): Promise<void> {
    for (let left = attempts; ; left--) {
      const events = await this.follow(happenings);
      try {
        await this.#format.write([...writes, ...events.writes]);
        return;
      } catch (error) {
        const isOvertaken = Failure.is(error, 'row.conflict') && (await this.isOvertaken(events));
        if (left <= 1 || !isOvertaken) throw error;
      }
    }
  }

  /** Prepares the registry where nobody need be asked for it: false where it is older and shared, or not there and not to be made. */
  async isReady(how: 'ifThere' | 'make'): Promise<boolean> {
    const isThere = (await this.#format.readable()) !== null;
    if (isThere ? !(await this.#format.mayWriteQuietly()) : how === 'ifThere') return false;
    await this.#format.prepare();
    return true;
  }

  /**
   * Writes down what happened to data, after it did. Nothing is written where that would make a registry that is not there, ask
   * somebody, or need rights that are missing: false then.
   */
  async tell(happening: Happening): Promise<boolean> {
    try {
      if (!(await this.isReady('ifThere'))) return false;
      await this.write([happening], []);
    } catch (error) {
      if (Failure.is(error, 'permission.missing')) return false;
      throw error;
    }
    return true;
  }

  /** Every event, the oldest first; none where the registry is older than the record, or is not there. */
  async events(): Promise<RecordedEvent[]> {
    const version = await this.#format.readable();
    if (version === null || version < firstVersion) return [];
    return (await this.#format.allowed(queryRows(this.#store, selectEvents))).map(eventOfRow);
  }
}
