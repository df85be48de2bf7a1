/** What the first words of a statement say about the connection it leaves behind. */
import { say } from '../../../base/say.ts';
import { tokenize } from '../../../git4data/lexer.ts';

/** Blanks and comments, however long. */
const preface = /(?:\s|--[^\n]*|#[^\n]*|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y;

function withoutPreface(sql: string): string {
  preface.lastIndex = 0;
  preface.test(sql);
  return sql.slice(preface.lastIndex);
}

/** The first two words in upper case, comments left out: `CREATE TEMPORARY`. A statement of megabytes is not read whole. */
export const leadOf = (sql: string): string =>
  tokenize(withoutPreface(sql).slice(0, 400))
    .filter((token) => token.kind !== 'comment')
    .slice(0, 2)
    .map((token) => token.upper)
    .join(' ');

/** Statements of ours that leave data, tables and snapshots as they are; any other is taken for one that changes something. */
const onlyReading = /^(?:SELECT|WITH|SHOW|DESC|DESCRIBE|USE|SET|BEGIN|START TRANSACTION|ROLLBACK|KILL)\b|^DATA BRANCH$/;

/** `leadOf` of a statement. DATA BRANCH is sent by us for its DIFF alone; what a user writes says itself what it is. */
export const onlyReads = (lead: string): boolean => onlyReading.test(lead);

const twoWords = /^(?:CREATE|DROP|ALTER|LOAD|TRUNCATE|DATA)\b/;

/** What a statement is called in a sentence: `the RESTORE`, `the CREATE SNAPSHOT`. */
export const calledAs = (lead: string): string =>
  say('the {0}', twoWords.test(lead) ? lead : (lead.split(' ')[0] ?? ''));

/** Variables, locks, prepared statements and temporary tables stay; the next caller must not find them. */
export const leavesTraces = (lead: string): boolean => /^(?:SET|LOCK|PREPARE|CREATE TEMPORARY)\b/.test(lead);

export const opensTransaction = (lead: string): boolean => /^(?:BEGIN|START TRANSACTION)\b/.test(lead);

export const closesTransaction = (lead: string): boolean => /^(?:COMMIT|ROLLBACK)\b/.test(lead);
