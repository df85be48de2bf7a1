/** Writes docs/language.md from the statement table; the test beside it keeps the page true. */
import { hints, statements } from '../../src/git4data/statements.ts';

export function languagePage(): string {
  const parts = [
    '# The language: git-for-data statements',
    '',
    '<!-- Generated from src/git4data/statements.ts: change it there, then run the test with UPDATE=1. -->',
    '',
    'Ordinary SQL stays ordinary SQL. These statements and hints are added to it.',
    '',
    '| statement | what it does | changes something |',
    '|---|---|---|',
    ...Object.values(statements).map(
      (s) => `| ${s.title.replaceAll('|', '\\|')} | ${s.sentence} | ${s.writes ? 'yes' : 'no'} |`,
    ),
  ];
  for (const s of Object.values(statements)) {
    parts.push(
      '',
      `## ${s.title}`,
      '',
      `${s.sentence} ${s.cost}`,
      '',
      '```sql',
      ...s.syntax,
      '```',
      '',
      'Example:',
      '',
      '```sql',
      s.example,
      '```',
    );
  }
  parts.push('', '## Hints', '', '| hint | what it does |', '|---|---|');
  parts.push(...hints.map((hint) => `| \`${hint.syntax}\` | ${hint.sentence} |`), '');
  return parts.join('\n');
}
