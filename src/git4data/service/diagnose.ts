/** What is wrong in a document, with fixes: the parser's problems, and what only the catalog can tell. */
import type { Problem } from '../ast.ts';
import type { Catalog } from '../catalog.ts';
import { checkBranches } from './checkBranches.ts';
import { checkEmbedded, checkRefused, type Engine } from './checkEmbedded.ts';
import { checkServer } from './checkServer.ts';
import { checkExisting, checkNames } from './checkSnapshots.ts';
import { checkChange, checkReferenced, checkTables } from './checkTables.ts';
import type { SqlDocument } from './document.ts';
import { type Check, suggester } from './problem.ts';

const checks: readonly Check[] = [
  checkNames,
  checkExisting,
  checkTables,
  checkChange,
  checkReferenced,
  checkServer,
  checkBranches,
  checkEmbedded,
];

/**
 * Every problem of a document in order. Without a catalog only what the text itself tells is reported. `engine` asks an engine what it
 * would refuse.
 */
export function diagnose(document: SqlDocument, catalog: Catalog, engine: Engine | null = null): Problem[] {
  const suggest = suggester();
  const problems: Problem[] = [];
  const all =
    engine && catalog.connection?.kind === 'embedded' ? [...checks, checkRefused(engine, document.text)] : checks;
  for (const read of document.statements) {
    const checked = { read, text: document.text, catalog, suggest };
    const before = problems.length;
    for (const problem of read.problems) problems.push(problem);
    for (const check of all) {
      // What was found already is not said again in other words.
      if (check !== all[checks.length] || problems.length === before)
        for (const problem of check(checked)) problems.push(problem);
    }
  }
  return problems.sort((a, b) => a.start - b.start || a.end - b.end);
}
