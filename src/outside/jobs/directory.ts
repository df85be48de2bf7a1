/** A folder of files as bytes, and back: the same files give the same bytes, whatever their times and order. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../../base/say.ts';

/** How a folder cannot be kept: a reason without a full stop. */
export class FolderFault extends Error {}

const mostFiles = 10_000;

function* filesBelow(folder: string, below = ''): Generator<string> {
  for (const name of readdirSync(path.join(folder, below)).sort()) {
    const file = below === '' ? name : `${below}/${name}`;
    const found = lstatSync(path.join(folder, file));
    if (found.isDirectory()) yield* filesBelow(folder, file);
    else if (found.isFile()) yield file;
    else throw new FolderFault(say('"{0}" is neither a file nor a folder', file));
  }
}

/** Bytes of everything in a folder; what is being written meanwhile may be missing. */
export function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    const found = lstatSync(path.join(folder, name), { throwIfNoEntry: false });
    if (found?.isDirectory()) bytes += sizeOf(path.join(folder, name));
    else bytes += found?.size ?? 0;
  }
  return bytes;
}

/** The names and sizes of the files as a line of JSON, then what they hold, in the order of their names. */
export function packFolder(folder: string, most: number): Uint8Array {
  const files = [...filesBelow(folder)];
  if (files.length === 0) throw new FolderFault(say('it left no file in the folder of the model'));
  if (files.length > mostFiles)
    throw new FolderFault(say('it left {0} files, and at most {1} are kept', files.length, mostFiles));
  const sizes = files.map((file) => statSync(path.join(folder, file)).size);
  const size = sizes.reduce((sum, one) => sum + one, 0);
  if (size > most)
    throw new FolderFault(
      say(
        'its model has {0} MB, and at most {1} are kept ("megabytes" in deltatrain.json)',
        (size / 1e6).toFixed(1),
        most / 1e6,
      ),
    );
  const head = new TextEncoder().encode(`${JSON.stringify(files.map((name, i) => [name, sizes[i]]))}\n`);
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let place = head.length;
  for (const [i, file] of files.entries()) {
    const held = readFileSync(path.join(folder, file));
    if (held.length !== sizes[i]) throw new FolderFault(say('"{0}" changed while it was read', file));
    bytes.set(held, place);
    place += held.length;
  }
  return bytes;
}

type Entry = readonly [name: string, size: number];

const isEntry = (value: unknown): value is Entry =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'string' &&
  Number.isSafeInteger(value[1]) &&
  value[1] >= 0;

/** No name leads out of the folder. */
const isName = (name: string): boolean =>
  name !== '' && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0:]/.test(part));

function entriesOf(bytes: Uint8Array): { entries: readonly Entry[]; start: number } | string {
  const end = bytes.indexOf(10);
  if (end < 0) return say('its files are not listed');
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  } catch {
    return say('the list of its files is no JSON');
  }
  if (!Array.isArray(head) || !head.every(isEntry)) return say('the list of its files is none');
  if (!head.every(([name]) => isName(name))) return say('one of its files has a name that leads elsewhere');
  if (new Set(head.map(([name]) => name.toLowerCase())).size !== head.length)
    return say('two of its files share a name');
  if (head.reduce((sum, [, size]) => sum + size, 0) !== bytes.length - end - 1) return say('its files are cut');
  return { entries: head, start: end + 1 };
}

/** Why bytes are no folder: a reason without a full stop, or null. */
export function folderFault(bytes: Uint8Array): string | null {
  const found = entriesOf(bytes);
  return typeof found === 'string' ? found : null;
}

/** Writes a folder out; of bytes without a fault. */
export function unpackFolder(bytes: Uint8Array, folder: string): void {
  const found = entriesOf(bytes);
  if (typeof found === 'string') throw new Error('Broken invariant: a folder with a fault was written out');
  let place = found.start;
  mkdirSync(folder, { recursive: true });
  for (const [name, size] of found.entries) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes.subarray(place, place + size), { flag: 'wx' });
    place += size;
  }
}
