/** Names and text as SQLite reads them. */

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text literal. SQLite's literals cannot hold NUL; none of ours (names, JSON) does. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
