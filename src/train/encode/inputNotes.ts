/** What a coder meets in rows that it was not fitted to, and passes over without a word. */
import { type Cells, cellAt, type RowPage } from '../../data/page.ts';
import type { AskedColumn } from '../../data/predicting/predicting.ts';
import { textOf } from '../../data/value.ts';
import { type FeatureBins, isFar } from './bins.ts';
import { columnOf, type CoderState } from './coder.ts';
import { type FeatureCode, isClipped } from './encoder.ts';
import { rawColumn } from './raw.ts';

/** Values that are told one by one, of a column. */
const mostExamples = 3;

type Feature = FeatureCode | FeatureBins;

/** Whether a number of a column is farther from those of the fit than is told apart. */
function beyondOf(code: Feature): (value: number) => boolean {
  if (code.kind !== 'number') return () => false;
  return 'sd' in code ? (value) => isClipped(code, value) : (value) => isFar(code.edges, value);
}

/** One column as it passes. */
class ColumnNotes {
  readonly #code: Feature;
  readonly #known: ReadonlySet<string>;
  readonly #counts = { missing: 0, unknown: 0, unreadable: 0, beyond: 0 };
  readonly #examples = new Set<string>();

  constructor(code: Feature) {
    this.#code = code;
    this.#known = new Set(code.kind === 'category' ? code.vocabulary : []);
  }

  get name(): string {
    return this.#code.name;
  }

  see(cells: Cells, rows: number): void {
    const category = (text: string): number => {
      if (!this.#known.has(text)) {
        this.#counts.unknown += 1;
        this.#keep(text);
      }
      return 0;
    };
    const { base } = this.#code as { readonly base?: string };
    const raw = rawColumn(this.#code.kind, cells, rows, category, base);
    const isBeyond = beyondOf(this.#code);
    for (let i = 0; i < rows; i++) {
      const value = raw[i] ?? Number.NaN;
      if (Number.isNaN(value)) this.#absent(cells, i);
      else if (isBeyond(value)) this.#counts.beyond += 1;
    }
  }

  #absent(cells: Cells, i: number): void {
    const value = cellAt(cells, i);
    if (value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))) this.#counts.missing += 1;
    else {
      this.#counts.unreadable += 1;
      this.#keep(textOf(value));
    }
  }

  #keep(text: string): void {
    if (this.#examples.size < mostExamples) this.#examples.add(text);
  }

  told(): AskedColumn {
    return { name: this.name, ...this.#counts, examples: [...this.#examples] };
  }
}

/** Counts over all pages that it is shown; of raw cells a learner says itself what it makes of them. */
export class InputNotes {
  readonly #columns: readonly ColumnNotes[];

  constructor(state: CoderState) {
    const isRaw = 'form' in state && state.form === 'raw';
    this.#columns = isRaw ? [] : state.features.map((code) => new ColumnNotes(code as Feature));
  }

  see(page: RowPage): void {
    for (const column of this.#columns) column.see(columnOf(page, column.name), page.rows);
  }

  /** The columns that there is something to be said of. */
  told(): AskedColumn[] {
    return this.#columns
      .map((column) => column.told())
      .filter(({ missing, unknown, unreadable, beyond }) => missing + unknown + unreadable + beyond > 0);
  }
}
