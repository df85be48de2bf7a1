/** What a model met in the rows it was asked about, in sentences. */
import { say } from '../../base/say.ts';
import type { AskedColumn } from '../../data/predicting/predicting.ts';
import { rowsText } from '../../words/numbers.ts';

const someOf = (examples: readonly string[]): string => examples.map((text) => `"${text}"`).join(', ');

function sentencesOf({ name, missing, unknown, unreadable, beyond, examples }: AskedColumn, rows: number): string[] {
  const said: string[] = [];
  if (unknown > 0)
    said.push(
      say(
        '"{0}": a category that the model does not know in {1} ({2}); it counts as any other.',
        name,
        rowsText(unknown),
        someOf(examples),
      ),
    );
  if (unreadable > 0)
    said.push(
      say(
        '"{0}": a value that is none of its kind in {1} ({2}); it counts as missing.',
        name,
        rowsText(unreadable),
        someOf(examples),
      ),
    );
  if (beyond > 0)
    said.push(
      say(
        '"{0}": a value in {1} is beyond what the model was trained on by more than it tells apart; it counts as the farthest that it does.',
        name,
        rowsText(beyond),
      ),
    );
  if (missing === rows) said.push(say('"{0}" has no value in any row.', name));
  else if (missing > 0) said.push(say('"{0}" has no value in {1}.', name, rowsText(missing)));
  return said;
}

/** `filled`: features that the rows do not have at all. */
export function metSentences(columns: readonly AskedColumn[], filled: readonly string[], rows: number): string[] {
  const absent = new Set(filled);
  const lacking = filled.length === 0 ? [] : [say('Without {0}: they count as missing in every row.', someOf(filled))];
  return [...lacking, ...columns.filter(({ name }) => !absent.has(name)).flatMap((one) => sentencesOf(one, rows))];
}
