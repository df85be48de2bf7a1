/** Files that are written page by page as another process sends them; each is whole at its end, or was never there. */
import { invariant } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import type { RowPage } from '../data/page.ts';
import { type NewFile, writePages } from '../files/writePages.ts';

interface Waiting {
  readonly page: RowPage;
  readonly taken: () => void;
}

/** Pages on their way to a writer: whoever puts one waits until it is taken, so that a slow disk slows the sender. */
class Pages {
  #waiting: Waiting | null = null;
  #isOver = false;
  #wake: (() => void) | undefined;

  put(page: RowPage): Promise<void> {
    return new Promise((taken) => {
      this.#waiting = { page, taken };
      this.#wake?.();
    });
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<RowPage, void> {
    for (;;) {
      const next = await this.#next();
      if (!next) return;
      yield next.page;
      next.taken();
    }
  }

  async #next(): Promise<Waiting | null> {
    while (this.#waiting === null && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }
}

interface Written {
  readonly pages: Pages;
  readonly controller: AbortController;
  readonly done: Promise<{ rows: number }>;
}

/** The files under way of one process, by number. */
export class NewFiles {
  readonly #files = new Map<number, Written>();
  #next = 1;

  begin(file: NewFile): number {
    const pages = new Pages();
    const controller = new AbortController();
    const done = writePages(file, pages.read(), () => {}, controller.signal);
    // Whoever writes or ends hears of it.
    done.catch(() => undefined);
    const id = this.#next++;
    this.#files.set(id, { pages, controller, done });
    return id;
  }

  async write(id: number, page: RowPage): Promise<void> {
    const { pages, done } = this.#get(id);
    // A writer that failed takes no page any more.
    await Promise.race([pages.put(page), done.then(() => undefined)]);
  }

  async end(id: number): Promise<{ rows: number }> {
    const { pages, done } = this.#get(id);
    pages.end();
    return done.finally(() => this.#files.delete(id));
  }

  /** Nothing of it stays. */
  async drop(id: number): Promise<void> {
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (!file) return;
    file.controller.abort();
    file.pages.end();
    await file.done.catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  }

  async dropAll(): Promise<void> {
    await Promise.all([...this.#files.keys()].map((id) => this.drop(id)));
  }

  #get(id: number): Written {
    const file = this.#files.get(id);
    invariant(file, 'a file is begun before it is written');
    return file;
  }
}
