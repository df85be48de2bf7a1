/** How a file is read, as options of the command line, and remembered for the next file of the same table. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configFile, readingOf } from '../../../app/config/config.ts';
import { withImport } from '../../../app/config/configEdits.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { type Encoding, encodings, type Reading } from '../../../data/loading/reading.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import type { CommandOptions, Invocation } from '../command.ts';

/** How a file is read, as options of a command. */
export const readingOptions = {
  types: {
    type: 'string',
    value: 'a=TYPE[,b=TYPE]',
    multiple: true,
    about: later('Types of columns that the import makes, as in plate=text,price=decimal(18,2)'),
  },
  rename: {
    type: 'string',
    value: 'a=b[,c=d]',
    multiple: true,
    about: later('The column a of the file is b in the table'),
  },
  map: { type: 'string', value: 'a=b[,c=d]', multiple: true, about: later('The same as --rename') },
  skip: { type: 'string', value: 'a[,b]', multiple: true, about: later('Columns of the file that are not read') },
  'add-columns': { type: 'boolean', about: later('Columns of the file that the table does not have are added to it') },
  'leave-columns': {
    type: 'boolean',
    about: later('Columns that only one of file and table has are left as they are'),
  },
  na: {
    type: 'string',
    value: 'A,B',
    about: later(
      'Cells that mean "missing", in columns of text too; \'\' for none. Without it NA, N/A, NaN, NULL, None, nil, -, --, ?, . and the like do, in columns that are no text',
    ),
  },
  encoding: { type: 'string', value: encodings.join('|'), about: later('The encoding, where it is not found right') },
  separator: { type: 'string', value: 'C', about: later('What stands between cells: one character, or tab') },
  quote: { type: 'string', value: 'C', about: later("What stands around cells: one character, or '' for none") },
  header: { type: 'boolean', about: later('The first line has the names') },
  'no-header': { type: 'boolean', about: later('The first line is a row: columns are column_1, column_2 …') },
} as const satisfies CommandOptions;

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** At commas, those in parentheses left alone. */
const parts = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function pairs(invocation: Invocation, option: string, form: string): Record<string, string> {
  return Object.fromEntries(
    invocation.all(option).flatMap((text) =>
      parts(text).map((part) => {
        const at = part.lastIndexOf('=');
        const [from, to] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
        if (at < 0 || from === '' || to === '') throw usage(say('--{0} {1}: write it as {2}.', option, text, form));
        return [from, to];
      }),
    ),
  );
}

function oneCharacter(option: string, text: string): string {
  if (text === 'tab' || text === '\\t') return '\t';
  if (text.length === 1) return text;
  throw usage(say('--{0} {1}: it is one character.', option, text));
}

function encodingOf(text: string): Encoding {
  const found = encodings.find((encoding) => encoding === text.toLowerCase());
  if (found) return found;
  throw usage(say('--encoding {0}: it is one of {1}.', text, encodings.join(', ')));
}

function headerOf(invocation: Invocation): boolean | undefined {
  const [has, hasNot] = [invocation.has('header'), invocation.has('no-header')];
  if (has && hasNot) throw usage(say('--header and --no-header contradict each other.'));
  return has ? true : hasNot ? false : undefined;
}

/** What was chosen; nothing of what was not. */
export function chosenReading(invocation: Invocation): Reading {
  const types = pairs(invocation, 'types', 'a=text,b=decimal(18,2)');
  const rename = { ...pairs(invocation, 'rename', 'a=b'), ...pairs(invocation, 'map', 'a=b') };
  const skip = invocation.all('skip').flatMap(parts);
  const [na, encoding] = [invocation.option('na'), invocation.option('encoding')];
  const [separator, quote] = [invocation.option('separator'), invocation.option('quote')];
  const header = headerOf(invocation);
  return {
    ...(Object.keys(types).length > 0 && { types }),
    ...(Object.keys(rename).length > 0 && { rename }),
    ...(skip.length > 0 && { skip }),
    ...(na !== undefined && { na: parts(na) }),
    ...(encoding !== undefined && { encoding: encodingOf(encoding) }),
    ...(separator !== undefined && { separator: oneCharacter('separator', separator) }),
    ...(quote !== undefined && { quote: quote === '' ? '' : oneCharacter('quote', quote) }),
    ...(header !== undefined && { header }),
    ...(invocation.has('add-columns') && { addColumns: true }),
    ...(invocation.has('leave-columns') && { leaveColumns: true }),
  };
}

/** What was chosen at an earlier import of the table. */
export function rememberedReading(cwd: string, connection: string, table: string): Reading {
  const found = findConfig(cwd);
  return found ? readingOf(found.config, connection, table) : {};
}

/**
 * Writes what was chosen into the deltatrain.json that names the connection; where it was written, null where there is no such file
 * or nothing new to write.
 */
export function rememberReading(
  cwd: string,
  connection: string,
  table: string,
  chosen: Reading,
  reading: Reading,
): string | null {
  const { addColumns: _added, ...kept } = chosen;
  const found = findConfig(cwd);
  if (Object.keys(kept).length === 0 || !found || !Object.hasOwn(found.config.connections, connection)) return null;
  const file = path.join(found.folder, configFile);
  const before = readFileSync(file, 'utf8');
  const after = withImport(before, connection, table, reading);
  if (after === before) return null;
  writeFileSync(file, after);
  return file;
}

const listText = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** What of a remembered reading is used, in words; null where nothing is. */
export function readingText(reading: Reading): string | null {
  const { types, rename, skip, na, encoding, separator, quote, header, leaveColumns } = reading;
  const said = [
    types &&
      say(
        'types {0}',
        Object.entries(types)
          .map(([name, type]) => `${name}=${type}`)
          .join(', '),
      ),
    rename &&
      say(
        'names {0}',
        Object.entries(rename)
          .map(([from, to]) => `${from}=${to}`)
          .join(', '),
      ),
    skip && say('without {0}', skip.join(', ')),
    na && say('missing: {0}', na.length === 0 ? say('nothing') : listText(na)),
    encoding && say('encoding {0}', encoding),
    separator !== undefined && say("separator '{0}'", separator === '\t' ? 'tab' : separator),
    quote !== undefined && say("quote '{0}'", quote),
    header !== undefined && (header ? say('with a line of names') : say('without a line of names')),
    leaveColumns === true && say('other columns are left'),
  ].filter((part): part is string => typeof part === 'string');
  return said.length === 0 ? null : said.join('; ');
}
