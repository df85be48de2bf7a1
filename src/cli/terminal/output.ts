/** Standard output and standard error: one JSON document, or text for a person; never both on standard output. */
import { say } from '../../base/say.ts';
import type { Value } from '../../data/value.ts';
import { visible, visibleLine } from '../../base/shown.ts';
import { hasLines, TextTable, uprightText } from './textTable.ts';

/** A program that closed the pipe (`head`) has read what it wanted. Anything else lost what was to be said. */
process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  // Listeners stay, so that a second error does not end the program before it has cleaned up.
  process.stdout.on('error', () => undefined);
  if (error.code === 'EPIPE' || error.code === 'EOF') return;
  const reason = error.code === 'ENOSPC' ? say('the disk is full') : error.message;
  process.stderr.write(say('Cannot write standard output: {0}. What was printed is not complete.\n', reason));
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = 1;
  });
});

/** Resolves when standard output can take more: a reader that is slow slows the store. */
function written(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.write(text)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stdout.off('drain', done).off('close', done);
      resolve();
    };
    stdout.on('drain', done).on('close', done);
  });
}

/** Of every document that is an object; a list is as it was in version 1, which had no number. Fields are added, never taken away. */
const documentVersion = 2;

const isList = (document: unknown): boolean =>
  typeof document !== 'object' || document === null || Array.isArray(document);

const numbered = (document: unknown): unknown =>
  isList(document) ? document : { version: documentVersion, ...(document as object) };

const membersOf = (document: object): string => JSON.stringify(document).slice(1, -1);

/** A page of rows, for a program and for a person. */
export interface PrintedPage {
  readonly documents: () => readonly unknown[];
  readonly titles: readonly string[];
  readonly cells: () => readonly (readonly Value[])[];
  /** A first page of one row that has a cell of several lines shows it whole, and not as a line of a table. */
  readonly isUpright?: boolean;
}

/** The members of a document before its rows, and those that it also has when it fails after some. */
export interface RowsHead {
  readonly head: object;
  readonly failing?: object;
}

/**
 * Where a command writes: text or one document, as `--json` says; a document that fails midway is still one document. What
 * a terminal would act on is shown in texts as escapes; documents are as they are.
 */
export class Output {
  readonly json: boolean;
  /** Rows of a document were written and its end was not: what to write before what a failure says. */
  #begun: object | null = null;
  #table: TextTable | null = null;

  constructor(json: boolean) {
    this.json = json;
  }

  /** The one document of a command; `text` is the same for a person. */
  document(document: unknown, text: () => string): void {
    this.line(document, text);
  }

  /** One of several documents, a line each. */
  line(document: unknown, text: () => string): void {
    const line = this.json ? JSON.stringify(numbered(document)) : visible(text());
    if (line !== '') process.stdout.write(`${line}\n`);
  }

  /** Rows of a document, as they come, so that nobody holds them all. `endRows` or `fail` ends it. */
  async rows(
    { head, failing = {} }: RowsHead,
    { documents, titles, cells, isUpright = false }: PrintedPage,
  ): Promise<void> {
    if (this.json) {
      const texts = documents().map((row) => JSON.stringify(row));
      if (texts.length === 0) return;
      const start = this.#begun ? ',' : `{${membersOf({ version: documentVersion, ...head })},"rows":[`;
      this.#begun = failing;
      return written(`${start}${texts.join(',')}`);
    }
    const rows = cells();
    if (rows.length === 0) return undefined;
    const first = this.#table === null;
    const [only] = rows;
    if (first && isUpright && only && rows.length === 1 && hasLines(only))
      return written(`${visible(uprightText(titles, only))}\n`);
    const table = this.#table ?? new TextTable(titles, rows);
    this.#table = table;
    return written(visible([...(first ? [table.head] : []), ...table.lines(rows), ''].join('\n')));
  }

  /** The end of a document with rows, also of one that had none; `tail` are its members after them. */
  endRows({ head }: RowsHead, tail: object, text: () => string): void {
    const begun = this.#begun;
    this.#forget();
    if (!begun) return this.line({ ...head, rows: [], ...tail }, text);
    const members = membersOf(tail);
    process.stdout.write(`]${members === '' ? '' : `,${members}`}}\n`);
    return undefined;
  }

  /** What a failure says, after `head`. A document whose rows were under way ends with it, so that it still is one. */
  fail(failure: object, head: object = {}): void {
    if (this.#begun) process.stdout.write(`],${membersOf({ ...this.#begun, ...failure })}}\n`);
    else if (this.json) process.stdout.write(`${JSON.stringify(numbered({ ...head, ...failure }))}\n`);
    this.#forget();
  }

  #forget(): void {
    this.#begun = null;
    this.#table = null;
  }

  /** A word aside, for a person only. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${visible(text)}\n`);
  }

  /** One sentence on what went wrong. */
  error(sentence: string): void {
    process.stderr.write(`${visible(sentence)}\n`);
  }

  /** How far something long is; written over itself on a terminal, and nowhere else. */
  progress(text: string): void {
    if (!this.json && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${visibleLine(text)}`);
  }
}
