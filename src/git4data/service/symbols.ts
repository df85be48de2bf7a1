/** The outline of a document: one entry a statement, and the ranges that fold. */
import type { Span, Statement } from '../ast.ts';
import { statements } from '../statements.ts';
import type { SqlDocument } from './document.ts';

/** A line of the outline; its span is the whole statement. */
export interface SymbolEntry extends Span {
  readonly name: string;
  readonly detail: string;
  /** What the editor draws beside it. */
  readonly icon: 'snapshot' | 'change' | 'restore' | 'query' | 'table' | 'other';
  /** Where the cursor goes. */
  readonly selection: Span;
}

type Words = Pick<SymbolEntry, 'name' | 'detail' | 'icon'>;

const oneLine = (text: string): string => {
  // Of a long statement the beginning is enough, unless it is mostly blanks.
  const flat = (text.length > 4_000 ? `${text.slice(0, 4_000)}…` : text).replace(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 59)}…` : flat;
};

function words(statement: Statement, text: string): Words {
  const oneLineOf = (): string => oneLine(text.slice(statement.start, statement.end));
  switch (statement.kind) {
    case 'createSnapshot':
    case 'dropSnapshot':
      return { name: statement.name.text, detail: statements[statement.kind].title, icon: 'snapshot' };
    case 'showSnapshots':
      return { name: statements.showSnapshots.title, detail: '', icon: 'query' };
    case 'diff':
      return { name: oneLineOf(), detail: '', icon: 'change' };
    case 'restore':
      return { name: oneLineOf(), detail: '', icon: 'restore' };
    case 'select':
      return { name: oneLineOf(), detail: '', icon: 'query' };
    case 'other': {
      const [table] = statement.tables;
      const isTable = statement.effect === 'shape' && table !== undefined;
      return isTable
        ? { name: table.table.text, detail: statement.verb, icon: 'table' }
        : { name: oneLineOf(), detail: '', icon: 'other' };
    }
    default:
      return { name: oneLineOf(), detail: '', icon: 'other' };
  }
}

/** The outline of a text: one entry a statement, in order. */
export const symbols = (document: SqlDocument): SymbolEntry[] =>
  document.statements.map(({ statement }) => {
    const { name, detail, icon } = words(statement, document.text);
    const selection = statement.kind === 'createSnapshot' ? statement.name : statement;
    const { start, end } = statement;
    return { name, detail, icon, start, end, selection: { start: selection.start, end: selection.end } };
  });

/** A range that folds: a statement of several lines, or comments one below the other. */
export interface Fold extends Span {
  readonly kind: 'statement' | 'comment';
}

const linesBetween = (text: string, span: Span): boolean => text.slice(span.start, span.end).includes('\n');

/** Statements and comments of more than one line; neighbouring line comments fold together. */
export function folds(document: SqlDocument): Fold[] {
  const { text, tokens } = document;
  const found: Fold[] = document.statements.map(({ statement }) => ({
    kind: 'statement',
    start: statement.start,
    end: statement.end,
  }));
  let block: Span | null = null;
  for (const token of tokens) {
    if (token.kind !== 'comment') {
      block = null;
      continue;
    }
    const isNext =
      block !== null &&
      text.slice(block.end, token.start).trim() === '' &&
      !/\n\s*\n/.test(text.slice(block.end, token.start));
    if (isNext && block) {
      block = { start: block.start, end: token.end };
      found.pop();
    } else block = { start: token.start, end: token.end };
    found.push({ kind: 'comment', ...block });
  }
  return found.filter((fold) => linesBetween(text, fold)).sort((a, b) => a.start - b.start);
}
