/** What a statement changes, as it is typed to confirm it: `db.t`, a database, an account; '' when the text does not tell. */
import { tableText } from '../../data/table.ts';
import { type Restore, type Statement, tablesOf } from '../../git4data/ast.ts';
import { type Token, tokenValue } from '../../git4data/lexer.ts';

const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'quotedName';

/** `a.b` from a place on. */
function nameAt(tokens: readonly Token[], start: number): string {
  const names: string[] = [];
  for (let i = start; isName(tokens[i]); i += 2) {
    names.push(tokenValue(tokens[i] as Token));
    if (tokens[i + 1]?.text !== '.') break;
  }
  return names.join('.');
}

const guards = new Set(['IF', 'NOT', 'EXISTS']);

/** The name behind the two words that say what is made, changed or dropped: `DROP DATABASE IF EXISTS d`. */
function nameBehind(tokens: readonly Token[], words: number): string {
  let at = words;
  while (guards.has(tokens[at]?.upper ?? '')) at++;
  return nameAt(tokens, at);
}

/** `RESTORE DATABASE d TABLE t FROM PITR …`, also behind ACCOUNT. */
function restoredFromPitr(tokens: readonly Token[], account: string): string {
  const behind = (word: string): string => {
    const at = tokens.findIndex(({ kind, upper }) => kind === 'word' && upper === word);
    return at < 0 ? '' : nameAt(tokens, at + 1);
  };
  const [database, table] = [behind('DATABASE'), behind('TABLE')];
  if (database !== '') return table === '' ? database : `${database}.${table}`;
  return tokens[1]?.upper === 'CLUSTER' ? 'cluster' : behind('ACCOUNT') || account;
}

/** What a RESTORE puts back, in the account that it is put into. */
function restoredName({ level, account, database, table, toAccount }: Restore): string {
  if (level === 'cluster') return 'cluster';
  if (level === 'account') return (toAccount ?? account)?.text ?? 'account';
  return table ? `${database?.text ?? ''}.${table.text}` : (database?.text ?? '');
}

const named = /^(?:CREATE|ALTER|DROP) (?:DATABASE|SCHEMA|ACCOUNT|USER|ROLE|PITR|PUBLICATION|STAGE|VIEW|SEQUENCE)$/;

export function changedName(statement: Statement, tokens: readonly Token[], database: string | null): string {
  if (statement.kind === 'restore') return restoredName(statement);
  const ref = tablesOf(statement).find(({ use }) => use !== 'read');
  if (ref) return tableText({ database: ref.database?.text ?? database ?? '', table: ref.table.text });
  if (statement.kind === 'pitr')
    return statement.verb === 'RESTORE PITR' ? restoredFromPitr(tokens, 'account') : nameBehind(tokens, 2);
  if (statement.kind === 'branch') return nameBehind(tokens, 4);
  return statement.kind === 'other' && named.test(statement.verb) ? nameBehind(tokens, 2) : '';
}
