/** What a check of a statement is given, and how it says what it found. */
import { nearest } from '../../base/nearest.ts';
import type { Fix, Problem, Span } from '../ast.ts';
import type { Catalog } from '../catalog.ts';
import type { DocumentStatement } from './document.ts';

/** One statement, the text of its document, and what is known. */
export interface Checked {
  readonly read: DocumentStatement;
  readonly text: string;
  readonly catalog: Catalog;
  readonly suggest: Suggest;
}

/** The nearest of these names, or null. */
export type Suggest = (word: string, names: Iterable<string>) => string | null;

/** Names that a document's unknown words are compared with, all words together: a few suggestions help, thousands do not. */
const mostCompared = 20_000;

function* upTo(names: Iterable<string>, take: () => boolean): Generator<string> {
  for (const name of names) {
    if (!take()) return;
    yield name;
  }
}

/** Suggests until a document has had its share of the work; behind that nothing is suggested, so that no half list misleads. */
export function suggester(): Suggest {
  let left = mostCompared;
  return (word, names) => {
    if (left <= 0) return null;
    const near = nearest(
      word,
      upTo(names, () => left-- > 0),
    );
    return left >= 0 ? near : null;
  };
}

/** Finds what is wrong with one statement; a check never throws. */
export type Check = (checked: Checked) => Problem[];

/** A problem of one place, with what mends it. */
export const problemAt = (
  where: Span,
  code: string,
  severity: Problem['severity'],
  message: string,
  fixes: readonly Fix[] = [],
): Problem => ({ start: where.start, end: where.end, code, severity, message, fixes });

/** The fix that puts another text in a place. */
export const replace = (where: Span, text: string, title: string): Fix => ({
  title,
  edits: [{ start: where.start, end: where.end, text }],
});

interface KeptProblems {
  readonly catalog: Catalog;
  /** By which engine it was checked, as the same object. */
  readonly engine: object | null;
  /** Whether the text takes changes back, which decides what of a script is left out. */
  readonly takesBack: boolean;
  readonly problems: readonly Problem[];
}

/** Of each statement, as long as nothing that it depends on is another: a key that is struck changes one of thousands. */
export const keptProblems = new WeakMap<DocumentStatement, KeptProblems>();
