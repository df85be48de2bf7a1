/** What is wrong in a document, with fixes: the parser's problems, and what only the catalog can tell. */
import type { Problem } from '../ast.ts';
import type { Catalog } from '../catalog.ts';
import { checkBranches } from './checkBranches.ts';
import { checkEmbedded } from './checkEmbedded.ts';
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

/** Every problem of a document in order. Without a catalog only what the text itself tells is reported. */
export function diagnose(document: SqlDocument, catalog: Catalog): Problem[] {
  const suggest = suggester();
  const problems: Problem[] = [];
  for (const read of document.statements) {
    const checked = { read, text: document.text, catalog, suggest };
    for (const problem of read.problems) problems.push(problem);
    for (const check of checks) for (const problem of check(checked)) problems.push(problem);
  }
  return problems.sort((a, b) => a.start - b.start || a.end - b.end);
}
