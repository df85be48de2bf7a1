/**
 * What our reading of statements makes of MatrixOne's own tests: for each kind of git-for-data statement how many there are, beside what
 * was counted in them without our parser. The files are in test/fixtures/corpus; `npm run bench corpus` prints the table.
 */
import { readCorpus, countsIn, kinds, counted } from '../test/git4data/corpus/corpus.ts';

const files = readCorpus();
const own = files.map(({ file, text }) => ({ file, counts: countsIn(text) }));
const theirs = counted();

const sum = (of: readonly Readonly<Record<string, number>>[], kind: string): number =>
  of.reduce((all, counts) => all + (counts[kind] ?? 0), 0);

console.log('| Statement | in the files | by our parser | files where they differ |');
console.log('| --- | ---: | ---: | ---: |');
for (const [kind, name] of Object.entries(kinds)) {
  const differ = own.filter(({ file, counts }) => (counts[kind] ?? 0) !== (theirs.get(file)?.[kind] ?? 0));
  const known = [...theirs.values()];
  const cells = [
    name,
    sum(known, kind),
    sum(
      own.map(({ counts }) => counts),
      kind,
    ),
    differ.length,
  ];
  console.log(`| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |`);
}
console.log('');
for (const { file, counts } of own) {
  const expected = theirs.get(file) ?? {};
  const differ = Object.keys(kinds).filter((kind) => (counts[kind] ?? 0) !== (expected[kind] ?? 0));
  if (differ.length > 0)
    console.log(`${file}: ${differ.map((kind) => `${kind} ${expected[kind] ?? 0} → ${counts[kind] ?? 0}`).join(', ')}`);
}
