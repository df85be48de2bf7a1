/** What is wrong in a document, with fixes: the parser's problems, and what only the catalog can tell. */
import { dialectOf } from '../dialects.ts';
import type { Problem } from '../ast.ts';
import type { Catalog } from '../catalog.ts';
import { checkBranches, checkBranchForm } from './checks/checkBranches.ts';
import { checkEmbedded, checkRefused, type Engine } from './checks/checkEmbedded.ts';
import { checkServer } from './checks/checkServer.ts';
import { checkExisting, checkNames } from './checks/checkSnapshots.ts';
import { checkChange, checkReferenced, checkTables } from './checks/checkTables.ts';
import type { SqlDocument } from './document.ts';
import { takesBack } from '../script/scriptStatement.ts';
import { type Check, type Checked, keptProblems, suggester } from './problem.ts';

const checks: readonly Check[] = [
  checkNames,
  checkExisting,
  checkTables,
  checkChange,
  checkReferenced,
  checkServer,
  checkBranches,
  checkBranchForm,
  checkEmbedded,
];

/**
 * Every problem of a document in order. Without a catalog only what the text itself tells is reported. `engine` asks an engine what it
 * would refuse.
 */
export function diagnose(document: SqlDocument, catalog: Catalog, engine: Engine | null = null): Problem[] {
  const suggest = suggester();
  const isTakenBack = takesBack(document.text);
  const asked = engine && dialectOf(catalog.connection)?.isTyped ? checkRefused(engine, isTakenBack) : null;
  const found: Problem[] = [];
  for (const read of document.statements) {
    const kept = keptProblems.get(read);
    const isAsItWas = kept?.catalog === catalog && kept.engine === engine && kept.takesBack === isTakenBack;
    const problems = isAsItWas ? kept.problems : problemsOf({ read, text: document.text, catalog, suggest }, asked);
    if (!isAsItWas) keptProblems.set(read, { catalog, engine, takesBack: isTakenBack, problems });
    for (const problem of problems) found.push(problem);
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

function problemsOf(checked: Checked, asked: Check | null): Problem[] {
  const problems = [...checked.read.problems];
  for (const check of checks) for (const problem of check(checked)) problems.push(problem);
  // What was found already is not said again in other words.
  if (problems.length === 0 && asked) problems.push(...asked(checked));
  return problems;
}
