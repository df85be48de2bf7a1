/** Standard output and standard error: one JSON document, or text for a person; never both on standard output. */
import { textOf, type Value } from '../data/value.ts';

/** A program that closed the pipe (`head`) has read what it wanted. */
process.stdout.on('error', () => undefined);

export class Output {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** The one document of a command; `text` is the same for a person. */
  document(document: unknown, text: () => string): void {
    this.line(document, text);
  }

  /** One of several documents, a line each. */
  line(document: unknown, text: () => string): void {
    const written = this.json ? JSON.stringify(document) : text();
    if (written !== '') process.stdout.write(`${written}\n`);
  }

  /** A word aside, for a person only. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }

  /** One sentence on what went wrong. */
  error(sentence: string): void {
    process.stderr.write(`${sentence}\n`);
  }

  /** How far something long is; written over itself on a terminal, and nowhere else. */
  progress(text: string): void {
    if (!this.json && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  }
}

const widest = 60;
const shorten = (text: string): string => {
  const line = text.replaceAll(/[\r\n\t]+/g, ' ');
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
};

/** Columns under their titles, numbers to the right. */
export function tableText(titles: readonly string[], rows: readonly (readonly Value[])[]): string {
  const cells = rows.map((row) => row.map((value) => shorten(textOf(value))));
  const isNumber = titles.map(
    (_, c) => rows.length > 0 && rows.every((row) => /^(number|bigint)$/.test(typeof row[c]) || row[c] === null),
  );
  const widths = titles.map((title, c) => Math.max(title.length, ...cells.map((row) => row[c]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (isNumber[c] ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(titles), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
