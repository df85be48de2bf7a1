/**
 * Columns of text that are nearly something else, noticed as a run's rows pass: one "NA" makes categories of a column of numbers, and
 * nobody sees why the model is poor. Nothing is read for it.
 */
import { at } from '../../../base/assert.ts';
import { isDayText } from '../../../base/calendar.ts';
import { say } from '../../../base/say.ts';
import { type DeltaPage, flagNames } from '../../../data/change.ts';
import type { Cells, RowPage } from '../../../data/page.ts';
import { inRange, splitRanges } from '../../../data/rowHash.ts';
import type { RowSet, TrainRows } from '../../../data/trainer.ts';
import type { Plan } from '../../../data/training.ts';
import { countText } from '../../../words/numbers.ts';

type Kind = 'numbers' | 'dates' | 'truths' | 'others';

const kindWords: Readonly<Record<Exclude<Kind, 'others'>, () => string>> = {
  numbers: () => say('numbers'),
  dates: () => say('dates'),
  truths: () => say('true or false'),
};

const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** With a zero before other digits a cell is a code, such as one of the post. */
const codeForm = /^[+-]?0\d/;

function kindOf(cell: string): Kind {
  if (numberForm.test(cell)) return codeForm.test(cell) ? 'others' : 'numbers';
  if (/^(?:true|false)$/i.test(cell)) return 'truths';
  return isDayText(cell.slice(0, 10)) && /^(?:|[ T]\d\d:\d\d.*)$/.test(cell.slice(10)) ? 'dates' : 'others';
}

/** Odd cells that are counted one by one, and of them those that are told. */
const mostOdd = 1_000;
const mostTold = 3;

/** What stands in one column of text. */
class TextColumn {
  readonly counts: Record<Kind, number> = { numbers: 0, dates: 0, truths: 0, others: 0 };
  readonly odd = new Map<string, number>();
  /** Cells as they were looked at last: most columns of text have few different ones. */
  readonly #known = new Map<string, Kind>();

  see(cell: string): void {
    if (cell === '') return;
    let kind = this.#known.get(cell);
    if (kind === undefined) {
      kind = kindOf(cell.trim());
      if (this.#known.size >= mostOdd) this.#known.clear();
      this.#known.set(cell, kind);
    }
    this.counts[kind] += 1;
    if (kind !== 'others') return;
    const count = this.odd.get(cell);
    if (count !== undefined) this.odd.set(cell, count + 1);
    else if (this.odd.size < mostOdd) this.odd.set(cell, 1);
  }
}

/** What most cells of a column are, where some others are not. */
interface Told {
  readonly most: number;
  readonly cells: number;
  readonly kind: string;
  readonly odd: string;
}

/** Over pieces of one column; null of one that is text by right. */
function toldOf(pieces: readonly TextColumn[]): Told | null {
  const of = (kind: Kind): number => pieces.reduce((sum, { counts }) => sum + counts[kind], 0);
  const kinds = (['numbers', 'dates', 'truths'] as const).map((kind) => ({ kind, count: of(kind) }));
  const { kind, count: most } = kinds.reduce((a, b) => (b.count > a.count ? b : a));
  const others = of('others');
  const cells = kinds.reduce((sum, { count }) => sum + count, others);
  const odd = new Map<string, number>();
  for (const piece of pieces) for (const [cell, count] of piece.odd) odd.set(cell, (odd.get(cell) ?? 0) + count);
  if (others === 0 || most * 2 <= cells || [...odd.keys()].every((cell) => codeForm.test(cell))) return null;
  const first = [...odd].sort(([, a], [, b]) => b - a).slice(0, mostTold);
  const rest = cells - most - first.reduce((sum, [, count]) => sum + count, 0);
  const list = first.map(([cell, count]) => say("{0} are '{1}'", countText(count), cell.slice(0, 40))).join(', ');
  const more = rest > 0 ? say(' and {0} others', countText(rest)) : '';
  return { most, cells, kind: kindWords[kind](), odd: `${list}${more}` };
}

const isText = (type: string): boolean => /^(?:VARCHAR|CHAR|(?:TINY|MEDIUM|LONG)?TEXT)\b/i.test(type);

type Source = RowSet | 'changes';

/** Columns by name, as one source of rows has them. */
type Seen = Map<string, TextColumn>;

/** Looks at the features and the label of a plan; each row once, as it is at the new snapshot. */
export class OddCells {
  readonly #plan: Plan;
  /** As each source was read first. */
  readonly #seen = new Map<Source, Seen>();
  /** Sources that were read to their end. */
  readonly #whole = new Set<Source>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** The same rows, looked at in passing. */
  watch(rows: TrainRows): TrainRows {
    return {
      read: (set, signal, wanted = {}) => {
        const pages = rows.read(set, signal, wanted);
        return wanted.atParent === true ? pages : this.#look(set, pages, (page) => [page.cells, () => true]);
      },
      changes: (since, signal) => {
        const pages = rows.changes(since, signal);
        const { train } = splitRanges(this.#plan);
        const isMeant = (page: DeltaPage, i: number): boolean =>
          at(flagNames, at(page.flags, i)) !== 'deleted' && inRange(at(page.hashes ?? [], i), train);
        return since === 'parent'
          ? this.#look('changes', pages, (page) => [page.after, (i) => isMeant(page, i)])
          : pages;
      },
    };
  }

  async *#look<P extends Pick<RowPage, 'columns' | 'rows'>>(
    source: Source,
    pages: AsyncGenerator<P, void>,
    cellsOf: (page: P) => readonly [readonly Cells[], (i: number) => boolean],
  ): AsyncGenerator<P, void> {
    if (this.#seen.has(source)) return yield* pages;
    const seen: Seen = new Map();
    this.#seen.set(source, seen);
    for await (const page of pages) {
      this.#read(seen, page, ...cellsOf(page));
      yield page;
    }
    this.#whole.add(source);
  }

  #read(
    seen: Seen,
    { columns, rows }: Pick<RowPage, 'columns' | 'rows'>,
    cells: readonly Cells[],
    isMeant: (i: number) => boolean,
  ): void {
    const { features, label } = this.#plan;
    for (const [c, { name, type }] of columns.entries()) {
      const of = cells[c];
      if (of?.kind !== 'text' || !isText(type)) continue;
      if (name !== label && !features.some((feature) => feature.name === name)) continue;
      const column = seen.get(name) ?? new TextColumn();
      seen.set(name, column);
      for (let i = 0; i < rows; i++) {
        const cell = of.values[i];
        if (typeof cell === 'string' && isMeant(i)) column.see(cell);
      }
    }
  }

  /** Sources that have no row in common: all train rows, or those that changed and those that were replayed, and the other sides. */
  #sources(): Source[] {
    const train: Source[] = this.#whole.has('train') ? ['train'] : ['changes', 'replay'];
    return [...train, 'validation', 'test'];
  }

  /** A sentence for each column that is nearly something else. */
  notes(): string[] {
    const { label, features } = this.#plan;
    const seen = this.#sources().flatMap((source) => this.#seen.get(source) ?? []);
    return [...new Set([...features.map(({ name }) => name), label])].flatMap((name) => {
      const told = toldOf(seen.flatMap((columns) => columns.get(name) ?? []));
      if (told === null) return [];
      const kind = features.find((feature) => feature.name === name)?.kind ?? null;
      const said = say(
        '{0}: {1} of the {2} cells that were read are {3}, {4}.',
        name,
        countText(told.most),
        countText(told.cells),
        told.kind,
        told.odd,
      );
      const means =
        name === label
          ? say('Each different one is learnt as a class of its own.')
          : kind === null || kind === 'category'
            ? say('So it is text, and learnt as categories: make the odd ones NULL and give the column another type.')
            : say('What is none of them counts as missing.');
      return [`${said} ${means}`];
    });
  }
}
