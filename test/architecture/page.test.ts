// The architecture page has a sentence on each folder of the sources: in a row or a paragraph of its own, or in that of a folder above.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

const foldersBelow = (top: string): string[] =>
  readdirSync(join(root, top), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll('\\', '/'));

/** Rows of tables, paragraphs, and the sentences about a folder that stand in bold. */
const parts = (text: string): string[] => text.split(/\n(?=\||\*\*`|\n)|(?=\*\*`)/);

function isNamed(folder: string, text: string): boolean {
  const opening = (of: string): string[] =>
    parts(text).filter((part) => part.trimStart().startsWith(`| \`${of}\``) || part.startsWith(`**\`${of}\`**`));
  if (opening(folder).length > 0) return true;
  for (let above = dirname(folder); above !== '.' && above !== 'src'; above = dirname(above)) {
    const rest = `\`${folder.slice(above.length + 1)}\``;
    if (opening(above).some((part) => part.includes(rest))) return true;
  }
  return false;
}

test('each folder has its sentence', () => {
  const all = [...foldersBelow('src'), ...foldersBelow('webview')];
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((folder) => !isNamed(folder, page))).toEqual([]);
});

test.each([
  ['a row', '| `src/far/room` | rooms |\n', true],
  ['the row of the folder above', '| `src/far` | in `room` rooms |\n', true],
  ['the paragraph of the folder above', '**`src/far`** – far. Rooms: `room` (rooms).\nMore.\n', true],
  ['the row of another', '| `src/near` | as in `room` |\n', false],
  ['a paragraph in passing', 'As `src/far/room` does.\n', false],
])('%s', (_, text, named) => {
  expect(isNamed('src/far/room', text)).toBe(named);
});
