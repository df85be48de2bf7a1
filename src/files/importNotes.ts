/** What a person is told of the cells of a file: what was read as NULL, and which columns are not what they seem to be. */
import { say } from '../base/say.ts';
import type { OddCells, TypeGuess } from './types/typeGuess.ts';

const kinds: Readonly<Record<OddCells['kind'], () => string>> = {
  numbers: () => say('numbers'),
  times: () => say('dates'),
  booleans: () => say('true or false'),
};

const cellsText = (cells: readonly (readonly [string, number])[]): string =>
  cells.map(([cell, count]) => say("{0} are '{1}'", count, cell)).join(', ');

/** Of a column whose marks of missing values became NULL; null where there were none. */
export function nulledNote(name: string, marked: readonly (readonly [string, number])[]): string | null {
  if (marked.length === 0) return null;
  return say('{0}: {1}, read as NULL; other marks can be named.', name, cellsText(marked.slice(0, 3)));
}

/** Of a column that is text, though most of its cells are something else; null where there is nothing to say. */
export function oddNote(
  name: string,
  guess: TypeGuess,
  holds: (type: string) => boolean,
  isQuoted: boolean,
): string | null {
  const odd = guess.odd(holds);
  if (isQuoted)
    return (odd ?? guess.quoted > 0)
      ? say('{0} is text, as its cells stand in quotes; another type can be chosen.', name)
      : null;
  if (odd === null) return null;
  const { reason, cells, most, others } = odd;
  const kind = kinds[odd.kind]();
  const [example = ''] = others[0] ?? [];
  if (reason === 'spelling')
    return say(
      '{0}: all {1} cells look like numbers, but one such as {2} would not come back as it is written, so it is text; as DOUBLE it is read as numbers.',
      name,
      cells,
      example,
    );
  if (reason === 'comma')
    return say(
      '{0}: {1} of {2} are like {3}. What a comma means in a number is not guessed, so it is text; write a point before the fraction, and nothing between thousands.',
      name,
      most,
      cells,
      example,
    );
  if (reason === 'digits')
    return say('{0}: it has numbers such as {1}, of more digits than this store keeps, so it is text.', name, example);
  if (odd.kind === 'numbers' && others.length > 0 && others.every(([cell]) => /^0\d+$/.test(cell)))
    return say(
      '{0}: some cells begin with a zero, as {1} does, so it is text; as DOUBLE it is read as numbers.',
      name,
      example,
    );
  const some = others.slice(0, 3);
  const rest = cells - most - some.reduce((sum, [, count]) => sum + count, 0);
  const list = `${cellsText(some)}${rest > 0 ? say(' and {0} others', rest) : ''}`;
  return say(
    '{0}: {1} of {2} are {3}, {4}; it is text, unless a mark is named that means NULL.',
    name,
    most,
    cells,
    kind,
    list,
  );
}

/** Of a column that became another type than the file's own schema says; null where it did not. */
export const otherTypeNote = (name: string, declared: string, type: string): string | null =>
  declared.toUpperCase() === type.toUpperCase()
    ? null
    : say('{0}: {1} in the file, which this store does not hold for every value, is {2}.', name, declared, type);
