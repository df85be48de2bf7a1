/** How a file is read, as it is typed in a form: as a reading, with what is wrong with it, and back. */
import { say } from '../../base/say.ts';
import { encodings, type Reading } from '../../data/loading/reading.ts';
import { asFound, type FormProblem, type FormReading } from '../../protocol/form.ts';

/** A reading, or for each field that none can be made of what is wrong with it. */
export interface TypedReading {
  readonly reading: Reading;
  readonly problems: readonly FormProblem[];
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const tab = 'tab';

/** Null where it is no one character. */
function characterOf(text: string): string | null {
  if (text === tab || text === '\\t') return '\t';
  return text.length === 1 ? text : null;
}

/** Null where a pair is none. */
function namesOf(text: string): Record<string, string> | null {
  const pairs = listOf(text).map((pair) => {
    const at = pair.lastIndexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  return pairs.some(([from, to]) => from === '' || to === '' || !text.includes('=')) ? null : Object.fromEntries(pairs);
}

/** What of it was chosen; a field that is empty leaves it to the file. */
export function readingOfTyped(typed: FormReading): TypedReading {
  const problems: FormProblem[] = [];
  const wrong = (field: keyof FormReading, sentence: string): void =>
    void problems.push({ field: `reading:${field}`, sentence, blocks: 'all' });
  const separator = typed.separator === '' ? null : characterOf(typed.separator);
  if (typed.separator !== '' && separator === null) wrong('separator', say('Write one character, or tab.'));
  const encoding = encodings.find((one) => one === typed.encoding);
  if (typed.encoding !== '' && !encoding) wrong('encoding', say('It is one of {0}.', encodings.join(', ')));
  const rename = namesOf(typed.rename);
  if (rename === null) wrong('rename', say('Write file=table, with commas between.'));
  const [na, skip] = [listOf(typed.na), listOf(typed.skip)];
  const reading: Reading = {
    ...(separator !== null && { separator }),
    ...(encoding && { encoding }),
    ...(typed.header !== '' && { header: typed.header === 'yes' }),
    ...(na.length > 0 && { na }),
    ...(skip.length > 0 && { skip }),
    ...(rename && Object.keys(rename).length > 0 && { rename }),
  };
  return { reading, problems };
}

/** What was remembered, as it would be typed. */
export const typedOf = ({ separator, encoding, header, na, skip, rename }: Reading): FormReading => ({
  separator: separator === '\t' ? tab : (separator ?? asFound.separator),
  encoding: encoding ?? asFound.encoding,
  header: header === undefined ? asFound.header : header ? 'yes' : 'no',
  na: (na ?? []).join(', '),
  skip: (skip ?? []).join(', '),
  rename: Object.entries(rename ?? {})
    .map(([from, to]) => `${from}=${to}`)
    .join(', '),
});
