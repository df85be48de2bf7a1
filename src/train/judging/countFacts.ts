/** Counts the facts of all rows as they are read, once it is clear from the first of them how their columns are read. */
import type { RowPage } from '../../data/page.ts';
import type { Plan } from '../../data/training.ts';
import type { BaseFacts } from '../../judge/facts/baseFacts.ts';
import { type FactsBuilder, makeFacts } from '../../judge/facts/makeFacts.ts';
import { guessRows, wayOfRows } from './way.ts';

/** Takes every row of a snapshot once: train rows first, in the order of their hashes. */
export class CountedFacts {
  readonly #plan: Plan;
  readonly #key: readonly string[];
  #waiting: RowPage[] = [];
  #seen = 0;
  #builder: FactsBuilder | null = null;

  constructor(plan: Plan, key: readonly string[]) {
    this.#plan = plan;
    this.#key = key;
  }

  add(page: RowPage): void {
    if (this.#builder) return this.#builder.add(page);
    this.#waiting.push(page);
    this.#seen += page.rows;
    if (this.#seen >= guessRows) this.#begin();
  }

  #begin(): FactsBuilder {
    const builder = makeFacts(wayOfRows(this.#plan, this.#key, this.#waiting));
    for (const page of this.#waiting) builder.add(page);
    this.#waiting = [];
    this.#builder = builder;
    return builder;
  }

  done(): BaseFacts {
    return (this.#builder ?? this.#begin()).done();
  }
}
