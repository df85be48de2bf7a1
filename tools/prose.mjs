// Finds text that a person may meet and that no translator would: prose in a string or template that is not said by `say`.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.dirname(import.meta.dirname);

/** Two words in lower case side by side, one beside a place, or one as a sentence. SQL has its words in capitals. */
const words = /[a-z]{2,}[,:;]? [a-z]|^[A-Z][a-z]+[.…]$|… [a-z]{3,}|(^|[ (])[a-zA-Z][a-z]{2,}:? …/;
/** A statement, or a part of one, as it is sent: not for people. */
const sql =
  /^[\s(]*(--|SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|SHOW|WITH|PRAGMA|SET|FROM|WHERE|AND|OR|ORDER|VALUES|ON|UNION|REPLACE|LEFT|JOIN|NOT|CASE|WHEN|ATTACH|COALESCE|CAST|DATA BRANCH [A-Z]|BEGIN|RESTORE|LOAD|EXPLAIN|KILL|GRANT|REVOKE|IN \(|AS |DO )\b/;

/** What says a text now, and what marks one that is said later. */
const speakers = new Set(['say', 'later']);
/** Messages of bugs are for us, and are shown as a bug. */
const forUs = new Set(['invariant', 'assertNever', 'Error', 'RangeError']);
/** Texts of these properties are names and calls: what is typed, not what is said. */
const typed = new Set(['name', 'usage', 'syntax']);

/** @param {ts.StringLiteralLike | ts.TemplateLiteral} node */
const textOf = (node) =>
  ts.isTemplateExpression(node)
    ? [node.head, ...node.templateSpans.map((span) => span.literal)].map((one) => one.text).join('\u2026')
    : node.text;

/** @param {ts.CallExpression | ts.NewExpression} call */
const calledName = ({ expression }) =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : ts.isIdentifier(expression) ? expression.text : '';

/** The text of HTML without its tags, which may be cut by a place. @param {string} text */
const withoutTags = (text) =>
  text
    .replaceAll(/<[^>]*>/g, ' ')
    .replace(/<[^>]*$/, ' ')
    .replace(/^[^<]*>/, ' ');

/** The shown text of a node, where it is text. @param {ts.Node} node */
function shownOf(node) {
  if (ts.isTaggedTemplateExpression(node)) return withoutTags(textOf(node.template));
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ? textOf(node) : null;
}

/** No text for people is in there, whatever it says. @param {ts.Node} node */
const isForUs = (node) =>
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isTypeNode(node) ||
  (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && typed.has(node.name.text)) ||
  ((ts.isNewExpression(node) || ts.isCallExpression(node)) && forUs.has(calledName(node)));

/** Where to look on: what is said is said, but not what it is filled with. @param {ts.Node} node @returns {readonly ts.Node[]} */
function partsOf(node) {
  if (isForUs(node)) return [];
  if (ts.isCallExpression(node) && speakers.has(calledName(node))) return node.arguments.slice(1);
  if (ts.isTaggedTemplateExpression(node))
    return ts.isTemplateExpression(node.template) ? node.template.templateSpans.map((span) => span.expression) : [];
  /** @type {ts.Node[]} */
  const parts = [];
  ts.forEachChild(node, (part) => {
    parts.push(part);
  });
  return parts;
}

/**
 * What is prose in a source and not said, with its line.
 * @param {string} file
 * @param {string} text
 * @returns {{ line: number; text: string }[]}
 */
export function unsaidIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {{ line: number; text: string }[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const shown = isForUs(node) ? null : shownOf(node);
    if (shown !== null && words.test(shown) && !sql.test(shown))
      found.push({ line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, text: shown });
    for (const part of partsOf(node)) visit(part);
  };
  visit(source);
  return found;
}

/**
 * Every such text of the product: `file: text`.
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function unsaid(folders) {
  /** @type {string[]} */
  const found = [];
  for (const folder of folders)
    for (const name of fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.includes('assembly')) continue;
      const file = path.posix.join(folder, name.replaceAll('\\', '/'));
      for (const one of unsaidIn(file, fs.readFileSync(path.join(root, file), 'utf8')))
        found.push(`${file}: ${one.text}`);
    }
  return found.sort();
}

if (process.argv[1] === import.meta.filename) for (const one of unsaid(['src', 'webview'])) console.log(one);
