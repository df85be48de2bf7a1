/** Checks SQL text offline, in the shape that the command line prints. */
import type { Problem, StatementKind } from '../../../git4data/ast.ts';
import { type Catalog, emptyCatalog } from '../../../git4data/catalog.ts';
import type { Engine } from '../../../git4data/service/checks/checkEmbedded.ts';
import { diagnose } from '../../../git4data/service/diagnose.ts';
import { readDocument } from '../../../git4data/service/document.ts';

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

/** For which engine a text is checked. */
export interface LintFor {
  /** A MatrixOne release (`4.1.4`), whose rules are then checked too. */
  readonly server?: string | null;
  /** An engine that says what it would refuse. */
  readonly engine?: Engine | null;
  /** Nobody said that the text is for that engine: what only it would say are warnings. */
  readonly isGuess?: boolean;
}

const connectionOf = ({ server = null, engine = null }: LintFor): Catalog['connection'] => {
  if (server !== null) return { name: server, dialect: 'matrixone', version: server, database: null };
  return engine && { name: 'embedded', dialect: 'own', version: null, database: null };
};

const keyOf = ({ start, code }: Problem): string => `${start} ${code}`;

/** Offsets count UTF-16 units. */
export function lintText(text: string, wanted: LintFor = {}): Linted {
  const document = readDocument(text);
  const { engine = null, isGuess = false } = wanted;
  const found = diagnose(document, { ...emptyCatalog, connection: connectionOf(wanted) }, engine);
  const sure = isGuess ? new Set(diagnose(document, emptyCatalog).map(keyOf)) : null;
  return {
    statements: document.statements.map(({ statement: { kind, start, end } }) => ({ kind, start, end })),
    problems: found.map((problem) => {
      const { code, start, end, message } = problem;
      const severity = sure === null || sure.has(keyOf(problem)) ? problem.severity : 'warning';
      return { code, severity, start, end, message };
    }),
  };
}
