/** Rights that hang on the identity of a table or a database, and are lost when a RESTORE makes it anew. */
import { databaseOf, type RestoreTarget } from '../../../data/store.ts';
import { ifAllowed, textRows } from '../tables/catalog.ts';
import { tableSql } from '../tables/names.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import type { ServerSession } from '../wire/server.ts';

/** A right as the catalog keeps it. */
export interface GrantRecord {
  readonly role: string;
  /** `select`, `table all`, `table ownership`, `show tables`. */
  readonly privilege: string;
  readonly level: 'table' | 'database';
  /** `d.t`, `t`, `d.*`, `d`. */
  readonly scope: string;
  /** The table's name; '' when the right is one on the database. */
  readonly table: string;
  readonly mayGrant: boolean;
}

const objectOf = (database: string, { level, scope, table }: GrantRecord): string => {
  if (level === 'database') return `DATABASE ${quoteName(database)}`;
  return `TABLE ${scope.endsWith('*') ? `${quoteName(database)}.*` : tableSql({ database, table })}`;
};

/** `table all` is granted as ALL, `table ownership` as OWNERSHIP. */
const privilegeText = (privilege: string): string =>
  privilege.toUpperCase().replace(/^(?:TABLE|DATABASE) (?=ALL$|OWNERSHIP$)/, '');

/** The GRANT statements that give these rights again, one for each role and object. */
export function grantStatements(database: string, records: readonly GrantRecord[]): string[] {
  const privileges = new Map<string, string[]>();
  for (const record of records) {
    const end = `ON ${objectOf(database, record)} TO ${quoteName(record.role)}${record.mayGrant ? ' WITH GRANT OPTION' : ''}`;
    privileges.set(end, [...(privileges.get(end) ?? []), privilegeText(record.privilege)]);
  }
  return [...privileges].map(([end, list]) => `GRANT ${list.join(', ')} ${end}`);
}

/** The rights that a RESTORE of the target takes away; null where the role may not read them. */
export async function lostGrants(session: ServerSession, target: RestoreTarget): Promise<string[] | null> {
  const database = databaseOf(target);
  const where = [
    'account_id = current_account_id()',
    `reldatabase = ${quoteText(database)}`,
    ...(target.level === 'table' ? [`relname = ${quoteText(target.table.table)}`] : []),
  ].join(' AND ');
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT p.role_name, p.privilege_name, p.obj_type, p.privilege_level, t.relname, p.with_grant_option FROM mo_catalog.mo_role_privs p JOIN mo_catalog.mo_tables t ON p.obj_id = t.rel_id WHERE p.obj_type = 'table' AND ${where} ORDER BY t.relname, p.role_id, p.privilege_id`,
    ),
  );
  if (!rows) return null;
  const onDatabase =
    target.level === 'table'
      ? []
      : await textRows(
          session,
          `SELECT p.role_name, p.privilege_name, p.obj_type, p.privilege_level, '', p.with_grant_option FROM mo_catalog.mo_role_privs p JOIN mo_catalog.mo_database d ON p.obj_id = d.dat_id WHERE p.obj_type IN ('table', 'database') AND d.account_id = current_account_id() AND d.datname = ${quoteText(database)} ORDER BY p.role_id, p.privilege_id`,
        );
  const records = [...onDatabase, ...rows].map(
    ([role, privilege, level, scope, table, mayGrant]): GrantRecord => ({
      role: role ?? '',
      privilege: privilege ?? '',
      level: level === 'database' ? 'database' : 'table',
      scope: scope ?? '',
      table: table ?? '',
      mayGrant: mayGrant === '1' || mayGrant === 'true',
    }),
  );
  return grantStatements(database, records);
}
