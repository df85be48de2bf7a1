/** SQL within comments: what a mysqldump writes for servers of some version and later. */
import { isExecutable, tokenize } from '../lexer.ts';

const held = /^\/\*M?!(?:\d{5,6})?([^]*?)(?:\*\/)?$/;

/** The same statement with what stands in such comments as a part of it; the text itself where there is none. */
export function withoutConditions(sql: string): string {
  if (!/\/\*M?!/.test(sql)) return sql;
  let plain = '';
  let from = 0;
  for (const token of tokenize(sql)) {
    if (!isExecutable(token)) continue;
    // A blank on each side, as a comment is one.
    plain += `${sql.slice(from, token.start)} ${held.exec(token.text)?.[1] ?? ''} `;
    from = token.end;
  }
  return from === 0 ? sql : (plain + sql.slice(from)).trim();
}
