/** Checks SQL text offline, in the shape that the command line prints. */
import type { Problem, StatementKind } from '../ast.ts';
import { emptyCatalog } from '../catalog.ts';
import type { Engine } from './checkEmbedded.ts';
import { diagnose } from './diagnose.ts';
import { readDocument } from './document.ts';

export interface LintedStatement {
  readonly kind: StatementKind;
  readonly start: number;
  readonly end: number;
}

export type LintProblem = Pick<Problem, 'code' | 'severity' | 'start' | 'end' | 'message'>;

/** What the check of a text found: statements and problems in the order of the text. */
export interface Linted {
  readonly statements: readonly LintedStatement[];
  readonly problems: readonly LintProblem[];
}

/**
 * Offsets count UTF-16 units. `server` is a MatrixOne release (`4.1.4`), whose rules are then checked too; `engine` an engine that says
 * what it would refuse.
 */
export function lintText(text: string, server: string | null = null, engine: Engine | null = null): Linted {
  const document = readDocument(text);
  const connection =
    server !== null
      ? ({ name: server, kind: 'matrixone', version: server, database: null } as const)
      : engine && ({ name: 'embedded', kind: 'embedded', version: null, database: null } as const);
  return {
    statements: document.statements.map(({ statement: { kind, start, end } }) => ({ kind, start, end })),
    problems: diagnose(document, { ...emptyCatalog, connection }, engine).map(
      ({ code, severity, start, end, message }) => ({
        code,
        severity,
        start,
        end,
        message,
      }),
    ),
  };
}
