/** Pages of rows that a grid has asked for: the newest wish first, two under way at most, the oldest forgotten. */

export interface PageSource<Page> {
  readonly pageRows: number;
  fetch(start: number, rows: number, signal: AbortSignal): Promise<Page>;
  /** The rows in all when the page was read, as it tells. */
  total(page: Page): number;
  /** A page arrived. */
  arrived(page: Page): void;
  failed(error: unknown): void;
}

const underWayAtMost = 2;
const keptAtMost = 64;

/** Pages by their numbers: those that are there at once, the others fetched; another view empties it. */
export class PageCache<Page> {
  readonly #source: PageSource<Page>;
  /** By page number, in order of last use. */
  readonly #pages = new Map<number, Page>();
  readonly #underWay = new Set<number>();
  #wanted: readonly number[] = [];
  #rows = 0;
  #life = new AbortController();

  constructor(source: PageSource<Page>) {
    this.#source = source;
  }

  /** The page that holds a row, and the row's place in it; undefined when it is not here. */
  find(row: number): { readonly page: Page; readonly index: number } | undefined {
    const number = Math.floor(row / this.#source.pageRows);
    const page = this.#pages.get(number);
    return page === undefined ? undefined : { page, index: row - number * this.#source.pageRows };
  }

  get pages(): readonly Page[] {
    return [...this.#pages.values()];
  }

  /** Fetches what is missing of the rows [from, end), and then the page on either side. Earlier wishes not yet under way lapse. */
  need(from: number, end: number, rows: number): void {
    if (rows === 0) return;
    this.#rows = rows;
    const { pageRows } = this.#source;
    const last = Math.floor((rows - 1) / pageRows);
    const a = Math.min(last, Math.floor(from / pageRows));
    const b = Math.min(last, Math.floor(Math.max(from, end - 1) / pageRows));
    const order: number[] = [];
    for (let page = a; page <= b; page++) order.push(page);
    if (b < last) order.push(b + 1);
    if (a > 0) order.push(a - 1);
    for (const page of order) this.#touch(page);
    this.#wanted = order.filter((page) => !this.#isWhole(page));
    this.#pump();
  }

  /** Forgets everything, also what is still under way. */
  clear(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#pages.clear();
    this.#underWay.clear();
    this.#wanted = [];
  }

  #touch(number: number): void {
    const page = this.#pages.get(number);
    if (page === undefined) return;
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  /** Here, and not cut short by an end that has moved on since. */
  #isWhole(number: number): boolean {
    const page = this.#pages.get(number);
    if (page === undefined) return false;
    return this.#source.total(page) >= Math.min(this.#rows, (number + 1) * this.#source.pageRows);
  }

  #pump(): void {
    for (const number of this.#wanted) {
      if (this.#underWay.size >= underWayAtMost) return;
      if (!this.#underWay.has(number) && !this.#isWhole(number)) void this.#load(number, this.#life.signal);
    }
  }

  async #load(number: number, signal: AbortSignal): Promise<void> {
    this.#underWay.add(number);
    try {
      const { pageRows } = this.#source;
      const page = await this.#source.fetch(number * pageRows, pageRows, signal);
      if (signal.aborted) return;
      this.#ended(number);
      this.#keep(number, page);
      this.#source.arrived(page);
    } catch (error) {
      if (signal.aborted) return;
      this.#ended(number);
      this.#source.failed(error);
    }
    this.#pump();
  }

  /** Not asked for again until the next wish: a page that cannot be read must not be read in a loop. */
  #ended(number: number): void {
    this.#underWay.delete(number);
    this.#wanted = this.#wanted.filter((one) => one !== number);
  }

  #keep(number: number, page: Page): void {
    this.#pages.delete(number);
    this.#pages.set(number, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= keptAtMost) return;
      this.#pages.delete(oldest);
    }
  }
}
