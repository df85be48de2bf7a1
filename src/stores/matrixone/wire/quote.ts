/** Names and values as MatrixOne reads them in a statement: the one place that quotes. */
import { say } from '../../../base/say.ts';
import { Buffer } from 'node:buffer';
import { invariant } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import type { Value } from '../../../data/value.ts';
import { tokenize } from '../../../git4data/lexer.ts';

/** A name in backticks. */
export function quoteName(name: string): string {
  invariant(name !== '', 'a name is not empty');
  if (name.includes('\0') || /\p{Surrogate}/u.test(name))
    throw new Failure('sql.unsupported', {
      what: say('The name {0}', JSON.stringify(name)),
      hint: say('Choose another one.'),
    });
  return `\`${name.replaceAll('`', '``')}\``;
}

const escaped: Readonly<Record<string, string>> = { '\0': '\\0', '\x1a': '\\Z', '\\': '\\\\', "'": "''" };

const refused = (value: string, reason: string): Failure =>
  new Failure('value.refused', { column: say('in the statement'), value, reason });

/** Text in single quotes. Right under every sql_mode but NO_BACKSLASH_ESCAPES, under which no connection of ours works. */
export function quoteText(text: string): string {
  // UTF-8 has no lone surrogate: the server would get another character.
  if (/\p{Surrogate}/u.test(text))
    throw refused(JSON.stringify(text), say('it is not valid Unicode (a lone surrogate)'));
  return `'${text.replace(/['\\]|\p{Cc}/gu, (c) => escaped[c] ?? c)}'`;
}

/** A hundred times as fast as digit by digit, which counts for an artifact of megabytes. */
const hexDigits = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** A value as a literal. */
export function literalOf(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `X'${hexDigits(value)}'`;
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw refused(String(value), say('it is not a finite number'));
  return Object.is(value, -0) ? '0' : String(value);
}

/** The statement with its `?` outside of quotes and comments replaced by literals. */
export function interpolate(sql: string, values: readonly Value[]): string {
  let text = '';
  let from = 0;
  let used = 0;
  for (const token of tokenize(sql)) {
    if (token.kind !== 'symbol' || token.text !== '?') continue;
    const value = values[used++];
    invariant(value !== undefined, 'every ? has a value');
    const literal = literalOf(value);
    text += sql.slice(from, token.start);
    // `a -?` with −1 would open a comment.
    text += literal.startsWith('-') && text.endsWith('-') ? ` ${literal}` : literal;
    from = token.end;
  }
  invariant(used === values.length, 'every value has its ?');
  return text + sql.slice(from);
}

/** Refuses a session whose sql_mode would read our literals otherwise. */
export function checkSqlMode(store: string, mode: string): void {
  if (!/NO_BACKSLASH_ESCAPES/i.test(mode)) return;
  throw new Failure('store.unsupported', {
    what: say(
      '{0} reads text without backslash escapes (sql_mode has NO_BACKSLASH_ESCAPES), so text could not be sent safely.',
      store,
    ),
    hint: say('Take it out of sql_mode for this user.'),
  });
}
