/**
 * What a connection is kept from, whatever text reaches it. Each release of Node offers more of it; what holds on every one of
 * them is that only statements of ours are run, one a call, built from names that were checked.
 */
import type { DatabaseSync, DatabaseSyncOptions } from 'node:sqlite';
import type * as sqlite from 'node:sqlite';
import type { SchemaDoor } from './manyDefinitions.ts';

/** Options that an older Node does not know are passed over by it. */
export const openOptions = (readOnly: boolean, vacuum: boolean): DatabaseSyncOptions => ({
  readOnly,
  allowExtension: false,
  enableDoubleQuotedStringLiterals: false,
  // No change of the schema table by hand, none of a virtual table's own tables.
  defensive: true,
  limits: { attach: vacuum ? 1 : 0 },
});

/** Never asked for by a statement of ours. VACUUM attaches a nameless file of its own, which SQLite removes. */
function refusedActions(constants: typeof sqlite.constants): (action: number, first: string | null) => boolean {
  const always = new Set([
    constants.SQLITE_DETACH,
    constants.SQLITE_CREATE_VTABLE,
    constants.SQLITE_DROP_VTABLE,
    constants.SQLITE_CREATE_VIEW,
    constants.SQLITE_CREATE_TEMP_VIEW,
  ]);
  const pragmas = new Set(['writable_schema', 'temp_store_directory', 'data_store_directory']);
  return (action, first) =>
    always.has(action) ||
    (action === constants.SQLITE_ATTACH && first !== '') ||
    (action === constants.SQLITE_PRAGMA && pragmas.has((first ?? '').toLowerCase()));
}

/** Settings that no file may choose, before the first statement that looks at its schema. Gives the one way past one of them. */
export function harden(db: DatabaseSync, constants: typeof sqlite.constants): SchemaDoor {
  // A trigger, view or constraint of the file may call what is harmless, and nothing that a program registered.
  db.exec('PRAGMA trusted_schema = OFF');
  // A page that says it holds more than it can is found when it is read.
  db.exec('PRAGMA cell_size_check = ON');
  // A file that is cut short under a mapping would end the process.
  db.exec('PRAGMA mmap_size = 0');
  let isOpen = false;
  if ('setAuthorizer' in db) {
    const isRefused = refusedActions(constants);
    const isSchema = (action: number, first: string | null): boolean =>
      isOpen && action === constants.SQLITE_PRAGMA && first === 'writable_schema';
    db.setAuthorizer((action, first) =>
      isRefused(action, first) && !isSchema(action, first) ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
  }
  return (work) => {
    isOpen = true;
    if ('enableDefensive' in db) db.enableDefensive(false);
    try {
      work();
    } finally {
      if ('enableDefensive' in db) db.enableDefensive(true);
      isOpen = false;
    }
  };
}
