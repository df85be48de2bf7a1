/** What this server would answer with wrong rows, or never, is refused before it is sent, each with the way out. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { type Statement, type TableRef, tablesOf } from '../../../git4data/ast.ts';
import { isExecutable, type Token, tokenize } from '../../../git4data/lexer.ts';
import { parseTokens } from '../../../git4data/parser.ts';
import { splitStatements } from '../../../git4data/split.ts';

const refused = (what: string, hint: string): Failure => new Failure('sql.unsupported', { what, hint });

/** One statement; null for a text without any. The server runs everything that stands in one text. */
export function onlyStatement(sql: string): Statement | null {
  checkAlike(tokenize(sql));
  const statements = splitStatements(sql);
  if (statements.length > 1)
    throw new Failure('usage.wrong', {
      message: say('{0} statements stand in one text. Run them one at a time.', statements.length),
    });
  const [text] = statements;
  if (!text) return null;
  checkWords(text.tokens);
  const { statement } = parseTokens(text);
  checkHints(statement);
  return statement;
}

/** The server takes `$tag$ … $tag$` for a text, and these words of ours for its beginning. */
const opensDollarText = ({ kind, text }: Token): boolean =>
  (kind === 'word' || kind === 'number' || kind === 'variable') && /\$.*\$/.test(text);

/** What the server reads otherwise than we do could hide a statement from everything that looks at it here. */
function checkAlike(tokens: readonly Token[]): void {
  if (tokens.some(isExecutable))
    throw refused(say('A comment that the server runs (/*! … */)'), say('Write what is in it as a statement.'));
  if (tokens.some(({ kind, text }) => kind === 'comment' && /^--[^ \t\r\n]/.test(text)))
    throw refused(say('A comment whose -- stands before an odd blank'), say('Put an ordinary space behind the --.'));
  if (tokens.some(opensDollarText)) throw refused(say('Text between $$'), say('Write it in single quotes.'));
}

const doubling = new Set(['EXCEPT', 'MINUS', 'INTERSECT']);
const beforeSetOperation = (token: Token | undefined): boolean =>
  token !== undefined && (token.kind !== 'symbol' || token.text === ')' || token.text === '*' || token.text === '}');
const afterSetOperation = new Set(['SELECT', 'ALL', 'DISTINCT', '(', 'WITH', 'VALUES', 'TABLE']);

/** A column may be called `minus`; between two queries it is the operator. */
function checkWords(tokens: readonly Token[]): void {
  const i = tokens.findIndex(
    (token, at) =>
      token.kind === 'word' &&
      doubling.has(token.upper) &&
      beforeSetOperation(tokens[at - 1]) &&
      afterSetOperation.has(tokens[at + 1]?.upper ?? ''),
  );
  const found = tokens[i];
  if (!found) return;
  throw refused(
    found.upper,
    say(
      'On large tables MatrixOne (up to 4.1.4) returns its rows twice. Write {0}, or a JOIN.',
      found.upper === 'INTERSECT' ? 'EXISTS' : 'NOT EXISTS',
    ),
  );
}

/** Two names of one time are one time for us only if they are written alike. */
const hintKey = ({ hint }: TableRef): string | null =>
  hint && `${hint.kind} ${hint.value.form === 'string' ? hint.value.text : hint.value.text.toLowerCase()}`;

function checkHints(statement: Statement): void {
  const tables = tablesOf(statement);
  const written = tables.find((table) => table.use !== 'read' && table.hint !== null);
  if (written && statement.kind !== 'diff')
    throw refused(
      say('A time behind {0}, which the statement changes,', written.table.text),
      say('MatrixOne would change the table as it is now. Leave the braces out.'),
    );
  if (statement.kind === 'diff' || statement.kind === 'restore') return;
  const times = new Set(tables.map(hintKey).filter((key) => key !== null));
  if (times.size < 2) return;
  throw refused(
    say('Reading at two different times in one statement'),
    say(
      'MatrixOne reads all of them at one of the times. Use DATA BRANCH DIFF, or clone one version into a table and join that.',
    ),
  );
}
