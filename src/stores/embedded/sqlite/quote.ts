/** Names and text as SQLite reads them. */

/** A name in double quotes, for SQLite; nothing that a person named goes into SQL otherwise. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** True when one of them is, as a balanced tree: SQLite reads 1,000 levels of an expression, and a chain of ORs is one a condition. */
export function anyOf(conditions: readonly string[]): string {
  if (conditions.length < 3) return conditions.length === 0 ? '0' : `(${conditions.join(' OR ')})`;
  const half = conditions.length >> 1;
  return `(${anyOf(conditions.slice(0, half))} OR ${anyOf(conditions.slice(half))})`;
}

/** A text literal. SQLite's literals cannot hold NUL; none of ours (names, JSON) does. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
