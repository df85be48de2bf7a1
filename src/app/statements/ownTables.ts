/** DeltaTrain's own tables are the record of what happened: statements of a person's may read them, and are refused where they would write. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { isOwnDatabase } from '../../data/table.ts';
import { effectOf, needsConfirmation, type Statement, tablesOf } from '../../git4data/ast.ts';
import type { Token } from '../../git4data/lexer.ts';

/** Of a statement that is not understood, any word or text that may name them. */
const mentions = (tokens: readonly Token[]): boolean => tokens.some(({ text }) => /deltatrain/i.test(text));

function writesOwn(statement: Statement, tokens: readonly Token[], changed: string, database: string | null): boolean {
  const isOwn = (name: string | null | undefined): boolean => isOwnDatabase(name ?? database ?? '');
  // A name of one part is a database, an account or a role.
  if (isOwnDatabase(changed.split('.')[0] ?? '')) return true;
  if (tablesOf(statement).some((ref) => ref.use !== 'read' && isOwn(ref.database?.text))) return true;
  return effectOf(statement) === 'unknown' && (isOwn(null) || mentions(tokens));
}

/**
 * Fails with `registry.readOnly` where a statement would change our own database. `changed` is what it changes by its text (see
 * `changedName`), `database` that of unqualified names.
 */
export function requireNotOwn(
  statement: Statement,
  tokens: readonly Token[],
  changed: string,
  database: string | null,
): void {
  if (needsConfirmation(statement) && writesOwn(statement, tokens, changed, database))
    throw new Failure('registry.readOnly', { what: say('This statement') });
}
