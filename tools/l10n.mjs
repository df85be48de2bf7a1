// Writes l10n/bundle.l10n.json: every sentence that the shell and the page say, for whoever translates them.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.dirname(import.meta.dirname);

/** Names under which a sentence is said: `say('…')`, `l10n.t('…')`; or written down to be said later. */
const speakers = new Set(['say', 'later', 't']);

/**
 * The first arguments of all calls that say something, where they are written out; sorted.
 * @returns {string[]}
 */
export function sentences() {
  /** @type {Set<string>} */
  const found = new Set();
  for (const folder of ['src', 'webview'])
    for (const name of fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = path.join(root, folder, name);
      const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
      /** @param {ts.Node} node */
      const visit = (node) => {
        if (ts.isCallExpression(node)) {
          const { expression } = node;
          const name = ts.isPropertyAccessExpression(expression)
            ? expression.name.text
            : ts.isIdentifier(expression)
              ? expression.text
              : '';
          const [first] = node.arguments;
          if (speakers.has(name) && first && ts.isStringLiteralLike(first)) found.add(first.text);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  return [...found].sort();
}

export const bundleFile = path.join(root, 'l10n/bundle.l10n.json');

/** The text that the file must have. */
export const bundleText = () =>
  `${JSON.stringify(Object.fromEntries(sentences().map((one) => [one, one])), undefined, 2)}\n`;

if (process.argv[1] === import.meta.filename) fs.writeFileSync(bundleFile, bundleText());
