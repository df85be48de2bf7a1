/** Sees to it that a text is one statement: SQLite runs whatever follows a semicolon, or passes over it without a word. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';

/**
 * Quoted pieces and comments as a whole, so that a semicolon in one of them is none; an open quote reaches to the end. (A doubled
 * quote is two pieces beside each other, which is the same here.)
 */
const piece =
  /'[^'\0]*(?:'|$)|"[^"\0]*(?:"|$)|`[^`\0]*(?:`|$)|\[[^\]\0]*(?:\]|$)|--[^\n\0]*|\/\*[^\0]*?(?:\*\/|$)|;|\0/g;

const refused = (message: string): Failure => new Failure('sql.syntax', { message });

/** Gives the text back; throws where something follows the first statement, or where SQLite would stop reading before its end. */
export function oneStatement(sql: string): string {
  // A trigger's own statements end in semicolons; what closes it is END.
  const inTrigger = /^\s*CREATE\s+(?:TEMP\s+)?TRIGGER\b/i.test(sql);
  for (const { 0: found, index } of sql.matchAll(piece)) {
    if (found === '\0') throw refused(say('a NUL character stands in it'));
    if (found !== ';') continue;
    const rest = sql.slice(index + 1);
    if (rest.trim() === '' || (inTrigger && /^\s*END\s*;?\s*$/i.test(rest))) return sql;
    if (!inTrigger) throw refused(say('one statement at a time'));
    if (/^\s*END\b/i.test(rest)) throw refused(say('one statement at a time'));
  }
  return sql;
}

/** As `oneStatement`, for a text of which SQLite says itself how much of it the first statement took. */
export function requireWhole(sql: string, taken: string): void {
  if (taken.length < sql.length && sql.slice(taken.length).trim() !== '') throw refused(say('one statement at a time'));
}

/** True when parameters are written with numbers (`?1`), outside of quotes and comments. */
export const hasNumbers = (sql: string): boolean => /\?\d/.test(sql) && /\?\d/.test(sql.replaceAll(piece, ''));
