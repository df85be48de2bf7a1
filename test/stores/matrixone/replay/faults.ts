/** What can go wrong on the way between a client and a server, as the replay server does it. */
import type { Recording } from './recording.ts';

/** Which statement: by its text, and the how-manieth match of it (from 0); every match without `nth`. */
interface Place {
  readonly sql: string | RegExp;
  readonly nth?: number;
}

/** After how many packets of the answer. What LOAD DATA LOCAL is answered is a request and, after the upload, an OK. */
interface After extends Place {
  readonly packets: number;
}

/** The connection ends: after 0 packets that is instead of an answer. */
export interface Cut extends After {
  readonly kind: 'cut';
  /** With half of the next packet. */
  readonly half?: boolean;
  /** When the first piece of an upload has come, not when it is whole. */
  readonly inUpload?: boolean;
}

export type AnswerFault =
  | Cut
  /** The rest of the answer waits for a promise of the test. */
  | (After & { readonly kind: 'delay'; readonly until: Promise<unknown> })
  /** The next packet says a number that is not its turn. */
  | (After & { readonly kind: 'misnumber' })
  /** Other bytes come instead of the rest; the connection stays open. */
  | (After & { readonly kind: 'garbage'; readonly bytes: Buffer });

/** Instead of answering the server asks for a file of the client's, as LOAD DATA LOCAL does, and then says OK. */
type Ask = Place & { readonly kind: 'ask'; readonly file: string };

type StatementFault = AnswerFault | Ask;

/** Which connection: the how-manieth (from 0); every one without. */
interface Beginning {
  readonly connection?: number;
}

export type LoginFault =
  | (Beginning & { readonly kind: 'hangUp'; readonly after: 'accept' | 'greeting' | 'login' })
  /** Other bytes instead of a greeting, also none; the connection stays open. */
  | (Beginning & { readonly kind: 'banner'; readonly bytes: Buffer });

export type Fault = StatementFault | LoginFault;

/** Says which fault it is now, and counts. */
export class Faults {
  readonly #matches = new Map<Fault, number>();
  readonly #faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  ofStatement(sql: string): StatementFault | undefined {
    let found: StatementFault | undefined;
    for (const fault of this.#faults) {
      if (fault.kind === 'hangUp' || fault.kind === 'banner') continue;
      if (typeof fault.sql === 'string' ? fault.sql !== sql : !fault.sql.test(sql)) continue;
      const match = this.#matches.get(fault) ?? 0;
      this.#matches.set(fault, match + 1);
      if (fault.nth === undefined || fault.nth === match) found ??= fault;
    }
    return found;
  }

  ofLogin(connection: number): LoginFault | undefined {
    return this.#faults.find(
      (fault): fault is LoginFault =>
        (fault.kind === 'hangUp' || fault.kind === 'banner') &&
        (fault.connection === undefined || fault.connection === connection),
    );
  }
}

/**
 * Every place at which the connection can end during a conversation: before, between, in and after the packets of every
 * answer. `packetsPerAnswer` thins long answers out to so many packets, the first ones and the last ones.
 */
export function cutPoints({ exchanges }: Recording, packetsPerAnswer = Number.POSITIVE_INFINITY): Cut[] {
  const said = new Map<string, number>();
  return exchanges.flatMap(({ sql, answer, upload }) => {
    const nth = said.get(sql) ?? 0;
    said.set(sql, nth + 1);
    const half = packetsPerAnswer / 2;
    const chosen = answer.map((_, at) => at).filter((at) => at < half || at >= answer.length - half);
    const cuts = chosen.flatMap((packets): Cut[] => [
      { kind: 'cut', sql, nth, packets },
      { kind: 'cut', sql, nth, packets, half: true },
    ]);
    if (upload && upload.bytes > 0) cuts.push({ kind: 'cut', sql, nth, packets: 1, inUpload: true });
    return [...cuts, { kind: 'cut', sql, nth, packets: answer.length }];
  });
}
