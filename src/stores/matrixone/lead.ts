/** What the first words of a statement say about the connection it leaves behind. */
import { tokenize } from '../../git4data/lexer.ts';

/** The first two words in upper case, comments left out: `CREATE TEMPORARY`. */
export const leadOf = (sql: string): string =>
  tokenize(sql.slice(0, 400))
    .filter((token) => token.kind !== 'comment')
    .slice(0, 2)
    .map((token) => token.upper)
    .join(' ');

/** Variables, locks, prepared statements and temporary tables stay; the next caller must not find them. */
export const leavesTraces = (lead: string): boolean => /^(?:SET|LOCK|PREPARE|CREATE TEMPORARY)\b/.test(lead);

export const opensTransaction = (lead: string): boolean => /^(?:BEGIN|START TRANSACTION)\b/.test(lead);

export const closesTransaction = (lead: string): boolean => /^(?:COMMIT|ROLLBACK)\b/.test(lead);
