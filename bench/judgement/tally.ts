/** Counts how many of what kind were found, with the reasons that found them. */
import type { DataVerdict } from '../../src/data/judgement.ts';

interface Line {
  rounds: number;
  readonly counts: Map<string, number>;
  readonly why: Map<string, number>;
}

const add = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

const texts = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

export class Tally {
  readonly #lines = new Map<string, Line>();

  /** `found`: words for what became of it, each counted. */
  put(kind: string, verdict: Pick<DataVerdict, 'verdict' | 'reasons'> | null, ...found: readonly string[]): void {
    const line = this.#lines.get(kind) ?? {
      rounds: 0,
      counts: new Map<string, number>(),
      why: new Map<string, number>(),
    };
    this.#lines.set(kind, line);
    line.rounds += 1;
    for (const word of [...(verdict?.verdict === 'suspect' ? ['held'] : []), ...found]) add(line.counts, word);
    for (const reason of new Set(verdict?.reasons.map(({ kind: own }) => own))) add(line.why, reason);
  }

  count(kind: string, word: string): number {
    return this.#lines.get(kind)?.counts.get(word) ?? 0;
  }

  rounds(kind: string): number {
    return this.#lines.get(kind)?.rounds ?? 0;
  }

  print(): void {
    for (const [kind, { rounds, counts, why }] of this.#lines)
      console.log(`${kind.padEnd(26)} ${String(rounds).padStart(4)} | ${texts(counts) || '–'} | ${texts(why)}`);
  }
}
