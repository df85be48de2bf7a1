/** Which statements a MatrixOne server runs itself, as text, because nothing of the store port stands for them. */
import { say } from '../../base/say.ts';
import type { Store } from '../../data/store.ts';
import { textOf } from '../../data/value.ts';
import {
  hintedSnapshot,
  isAnswered,
  type Diff,
  type Restore,
  type Statement,
  type TableRef,
} from '../../git4data/ast.ts';
import type { Token } from '../../git4data/lexer.ts';
import { queryRows } from '../registry/queryRows.ts';

/** Two versions of one table, each the table now or at a snapshot, shown as rows or counted: what a delta is. */
export function isDelta(diff: Diff, database: string | null): boolean {
  if (!isAnswered(diff)) return false;
  const { target, base } = diff;
  const place = (ref: TableRef): string =>
    JSON.stringify([ref.database?.text ?? database, ref.table.text]).toLowerCase();
  const isVersion = (ref: TableRef): boolean => ref.hint === null || hintedSnapshot(ref) !== null;
  return place(target) === place(base) && isVersion(target) && isVersion(base);
}

/** One table or database of this account, from a snapshot. */
async function isOwnPlace({ level, account, toAccount }: Restore, store: Store): Promise<boolean> {
  if (toAccount !== null || level === 'account' || level === 'cluster') return false;
  if (account === null) return true;
  const [own] = await queryRows(store, 'SELECT current_account_name()');
  return textOf(own?.[0] ?? null).toLowerCase() === account.text.toLowerCase();
}

export async function isServersOwn(statement: Statement, database: string | null, store: Store): Promise<boolean> {
  switch (statement.kind) {
    case 'createSnapshot':
    case 'dropSnapshot':
      return statement.publication !== null;
    case 'diff':
      return !isDelta(statement, database);
    case 'restore':
      return !(await isOwnPlace(statement, store));
    default:
      return true;
  }
}

/** The words of a RESTORE … FROM PITR that say how much it takes back. */
const pitrLevel = (tokens: readonly Token[]): Restore['level'] => {
  const before = tokens
    .slice(
      0,
      tokens.findIndex(({ upper }) => upper === 'FROM'),
    )
    .map(({ upper }) => upper);
  if (before.includes('CLUSTER')) return 'cluster';
  if (before.includes('TABLE')) return 'table';
  return before.includes('DATABASE') ? 'database' : 'account';
};

function replacedText(level: Restore['level'], name: string): string {
  switch (level) {
    case 'cluster':
      return say('Every database of every account is dropped and made again as it was');
    case 'account':
      return say(
        'Every database of {0} is dropped and made again as it was',
        name === 'account' ? say('this account') : say('the account "{0}"', name),
      );
    default:
      return say('"{0}" is replaced by what it was', name);
  }
}

/** What a restore by the server replaces, which nothing of ours can undo; null of anything else. */
export function replacedBy(statement: Statement, tokens: readonly Token[], name: string): string | null {
  const isFromPitr = statement.kind === 'pitr' && statement.verb === 'RESTORE PITR';
  if (statement.kind !== 'restore' && !isFromPitr) return null;
  const level = statement.kind === 'restore' ? statement.level : pitrLevel(tokens);
  return say(
    '{0}. What came later is lost: no safety snapshot is made, so this cannot be undone.',
    replacedText(level, name),
  );
}
