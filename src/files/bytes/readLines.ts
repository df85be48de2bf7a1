/** Files of lines: their text in pieces that end where a line does. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { byteSource } from './byteSource.ts';
import { findEncoding, textPieces } from './encoding.ts';
import type { Encoding } from '../../data/loading/reading.ts';

/**
 * The text of a file in pieces of whole lines (each piece ends with a newline, but for the last), without a byte-order
 * mark. `file.badLine` where it is not text, `limit.reached` for a line of more than `longest` characters.
 */
export async function* readText(
  file: string,
  signal?: AbortSignal,
  longest = Number.POSITIVE_INFINITY,
  chosen?: Encoding,
): AsyncGenerator<string, void> {
  const source = await byteSource(file);
  const encoding = chosen ?? (await findEncoding(source, signal));
  let kept: string[] = [];
  /** Characters of `kept`. */
  let held = 0;
  let line = 1;
  for await (const text of textPieces(source, encoding, signal)) {
    const end = text.lastIndexOf('\n') + 1;
    if (held + (end === 0 ? text.length : text.indexOf('\n')) > longest)
      throw new Failure('limit.reached', { limit: 'record', where: say('{0}, line {1},', file, line) });
    if (end === 0) {
      kept.push(text);
      held += text.length;
      continue;
    }
    const piece = kept.join('') + text.slice(0, end);
    if (Number.isFinite(longest)) for (let i = piece.indexOf('\n'); i >= 0; i = piece.indexOf('\n', i + 1)) line += 1;
    yield piece;
    kept = end < text.length ? [text.slice(end)] : [];
    held = text.length - end;
  }
  if (kept.length > 0) yield kept.join('');
}
