/** Text of others (names, values, messages) made safe for where it is shown: what it holds is seen and does nothing. */

/**
 * What a terminal, an editor or a log would act on: control characters (C0 without tab and line break, DEL, C1), marks that turn
 * the direction of writing, separators of lines that are no line breaks, invisible marks and tags, halves of characters.
 * Joiners stay: emoji and several scripts are written with them.
 */
const acting =
  /[^\P{Cc}\t\n]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

function escaped(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Text of several lines; what would act is shown as an escape (`\x1b`, `\u202e`). Doing it twice changes nothing more. */
export const visible = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll(acting, escaped);

/** The same on one line. */
export const visibleLine = (text: string): string => visible(text).replaceAll(/[\n\t]+/g, ' ');

/** An icon's name as VS Code reads it in labels: `$(sync~spin)`. */
const icon = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/gi;

/** For a label in which VS Code draws icons: names of icons stay letters. */
export const iconless = (text: string): string => visibleLine(text).replaceAll(icon, '\\$&');

/** For Markdown: nothing in it is a link, an address, an image, an entity, a heading, emphasis, code or an icon. */
export const literal = (text: string): string =>
  iconless(text).replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$&@]|:(?=\/\/)/g, '\\$&');

/** Ticks that no run of ticks in the text is as long as. */
function fenceOf(text: string, least: number): string {
  const longest = Math.max(least - 1, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return '`'.repeat(longest + 1);
}

/** A name as code in Markdown. */
export function inlineCode(text: string): string {
  const shown = visibleLine(text);
  const fence = fenceOf(shown, 1);
  // One blank on both sides is taken away again.
  return /^[` ]|[` ]$/.test(shown) ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A block of SQL in Markdown, behind a fence that is longer than any in it. */
export function fenced(sql: string): string {
  const fence = fenceOf(sql, 3);
  return `${fence}sql\n${visible(sql)}\n${fence}`;
}

/** For a message of VS Code, which makes `[text](address)` a link: the two are kept apart. */
export const linkless = (text: string): string => visible(text).replaceAll(/\](?=\()/g, '] ');
