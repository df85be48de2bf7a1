/** A statement as a person wrote it, and what an engine without sessions is given of it. */
import { Failure } from '../../base/failure.ts';
import { withoutConditions } from '../../git4data/script/conditional.ts';
import { scriptStatement } from '../../git4data/script/scriptStatement.ts';
import { withoutTableParts } from '../../git4data/script/tableParts.ts';
import type { StatementText } from '../../git4data/split.ts';

/** A statement as a person wrote it, and where it stands. */
export interface StatementRequest {
  readonly sql: string;
  /** The database of unqualified names. */
  readonly database: string | null;
  /** Of a whole script: what it says for a session, an engine without any leaves out. */
  readonly script?: ScriptContext;
}

/** What has to be known of a script to run one of its statements. */
export interface ScriptContext {
  /** It has a ROLLBACK, so that its transactions cannot be left out. */
  readonly takesBack: boolean;
  /** A person said that tables are made without the foreign keys, ON UPDATE and partitions that are not kept here. */
  readonly leavesOut?: boolean;
}

/** What is not done here, by name. */
export const unsupported = (what: string, hint?: string): Failure =>
  new Failure('sql.unsupported', { what, ...(hint !== undefined && { hint }) });

/** What an engine without sessions is given: of a script what its comments hold for MySQL counts, and what is not kept of a table is left out. */
export function plainRequest(request: StatementRequest): { request: StatementRequest; leftOut: readonly string[] } {
  const { script } = request;
  const written = script ? withoutConditions(request.sql) : request.sql;
  const { sql, notes } = withoutTableParts(written, script?.leavesOut === true);
  return { request: { ...request, sql }, leftOut: notes };
}

/** True of what only sets up a session; `sql.unsupported` for what would change the meaning of what follows. */
export function isLeftOut({ tokens }: StatementText, { takesBack }: ScriptContext): boolean {
  const found = scriptStatement(tokens, takesBack);
  if (found.action === 'refuse') throw unsupported(found.what, found.hint);
  return found.action === 'skip';
}
