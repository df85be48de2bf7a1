// How the house stands, measured: `npm run bench house` the table of its sources, `npm run bench house mutants [word …]` which
// planted mistakes the tests notice (those with a word in their sentence or their file; without one, all).
import path from 'node:path';
import { mutants } from './house/mutants.mjs';
import { areGreen, copyOf, isKilled, wrongWith } from './house/plant.mjs';

const root = path.resolve(import.meta.dirname, '..');
const [what, ...words] = process.argv.slice(2);
if (what === 'mutants') process.exitCode = plantAll(words);

/** Plants one after the other. @param {readonly string[]} wanted @returns {number} The exit code: 1 where one survives or the table is wrong. */
function plantAll(wanted) {
  const chosen = mutants.filter(
    ({ says, file }) => wanted.length === 0 || wanted.some((word) => says.includes(word) || file.includes(word)),
  );
  const wrong = chosen.flatMap((mutant) => wrongWith(root, mutant) ?? []);
  for (const sentence of wrong) console.log(`The table is wrong: ${sentence}.`);
  if (wrong.length > 0 || chosen.length === 0) return 1;
  const copy = copyOf(root);
  process.on('exit', () => copy.remove());
  const before = areGreen(copy.folder, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (!before.green) {
    console.log(`Without any mutant the tests are red already:\n${before.output}`);
    return 1;
  }
  let survived = 0;
  for (const mutant of chosen) {
    const killed = isKilled(copy.folder, mutant);
    if (!killed) survived += 1;
    console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${mutant.says} (${mutant.file})`);
  }
  console.log(`${chosen.length} mutants, ${chosen.length - survived} killed, ${survived} survived`);
  return survived === 0 ? 0 : 1;
}
