// How the house stands, measured: `npm run bench house [folder]` the table of its sources, or of those of another tree;
// `npm run bench house mutants [word …]` which planted mistakes the tests notice (those with a word in their sentence or
// their file; without one, all).
import path from 'node:path';
import { measured } from './house/measures.mjs';
import { mutants } from './house/mutants.mjs';
import { areGreen, copyOf, isKilled, wrongWith } from './house/plant.mjs';

const root = path.resolve(import.meta.dirname, '..');
const [what, ...words] = process.argv.slice(2);
if (what === 'mutants') process.exitCode = plantAll(words);
else printTable(what === undefined ? root : path.resolve(what));

/** @param {string} top */
function printTable(top) {
  const m = measured(top);
  /** @param {number} part */
  const share = (part) => `${((100 * part) / m.files).toFixed(1)} %`;
  /** @param {{ are: number; of: number }} counts */
  const told = ({ are, of }) => `${((100 * are) / Math.max(1, of)).toFixed(1)} % (${are} of ${of})`;
  const { docs, tests } = m;
  const rows = [
    ['files / lines', `${m.files} / ${m.lines}`, ''],
    ['median / p90 / most lines of a file', `${m.median} / ${m.p90} / ${m.most}`, '≤ 90 / – / ≤ 400'],
    ['most files side by side', `${m.folder.files} (${m.folder.folder})`, '≤ 15'],
    ['files in circles of imports (largest)', `${m.inCircles} (${m.largestCircle})`, '0'],
    [
      'import vscode (as a value)',
      `${share(m.editor)} (${share(m.editorAsValue)}) in ${m.editorFolders.join(', ')}`,
      'one folder',
    ],
    ['any / 1,000 lines', m.any.toFixed(2), '0'],
    ['casts / 1,000 lines, but as const', `${m.casts.toFixed(2)} (${m.double} twice)`, '–'],
    ['switched-off rules · notes to do', `${m.switchOffs} · ${m.toDos}`, '0 · 0'],
    ['exports with a doc comment', told(docs.all), '–'],
    ['… that another folder uses', told(docs.elsewhere), '100 %'],
    ['… that another top folder uses', told(docs.acrossTops), '100 %'],
    ['… functions and classes', told(docs.functions), '100 %'],
    ['… constants', told(docs.constants), '100 %'],
    ['… types', told(docs.types), '100 %'],
    ['files opened by a sentence', share(m.opened), 'all'],
    ['lines of a test file: median / most, above 600', `${tests.median} / ${tests.most}, ${tests.long}`, '≤ 600'],
  ];
  console.log('| | measured | goal |\n|---|---|---|');
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

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
  /** @type {Map<string, boolean>} */
  const greenBefore = new Map();
  const counts = { killed: 0, SURVIVED: 0, RED: 0 };
  for (const mutant of chosen) {
    const { says, file, tests } = mutant;
    const suite = tests.join(' ');
    // Tests that are red without a mutant would be taken for ones that notice it.
    if (!greenBefore.has(suite)) greenBefore.set(suite, areGreen(copy.folder, tests));
    const found = !greenBefore.get(suite) ? 'RED' : isKilled(copy.folder, mutant) ? 'killed' : 'SURVIVED';
    counts[found] += 1;
    console.log(`${found.padEnd(8)} ${says} (${file}; ${suite})`);
  }
  const red = counts.RED > 0 ? `, ${counts.RED} whose tests are red without them` : '';
  console.log(`${chosen.length} mutants: ${counts.killed} killed, ${counts.SURVIVED} survived${red}`);
  return counts.killed === chosen.length ? 0 : 1;
}
