/** What can go wrong on the way between a client and a server, as the replay server does it. */
import type { Recording } from './recording.ts';

/** Which statement: by its text, and the how-manieth match of it (from 0); every match without `nth`. */
interface Place {
  readonly sql: string | RegExp;
  readonly nth?: number;
}

/** The connection ends after so many packets of the answer (0: instead of an answer), and half of the next one. */
export interface Cut extends Place {
  readonly kind: 'cut';
  readonly packets: number;
  readonly half?: boolean;
}

/** Which connection: the how-manieth (from 0); every one without. */
interface Beginning {
  readonly connection?: number;
}

export type StatementFault =
  | Cut
  /** The answer waits for a promise of the test. */
  | (Place & { readonly kind: 'delay'; readonly until: Promise<unknown> })
  /** A packet of the answer says a number that is not its turn. */
  | (Place & { readonly kind: 'misnumber'; readonly packet: number })
  /** From a packet of the answer on other bytes come instead; the connection stays open. */
  | (Place & { readonly kind: 'garbage'; readonly packet: number; readonly bytes: Buffer })
  /** Instead of the answer the server asks for a file of the client's, as LOAD DATA LOCAL does, and then says OK. */
  | (Place & { readonly kind: 'ask'; readonly file: string });

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
  return exchanges.flatMap(({ sql, answer }) => {
    const nth = said.get(sql) ?? 0;
    said.set(sql, nth + 1);
    const half = packetsPerAnswer / 2;
    const chosen = answer.map((_, at) => at).filter((at) => at < half || at >= answer.length - half);
    const cuts = chosen.flatMap((packets): Cut[] => [
      { kind: 'cut', sql, nth, packets },
      { kind: 'cut', sql, nth, packets, half: true },
    ]);
    return [...cuts, { kind: 'cut', sql, nth, packets: answer.length }];
  });
}
