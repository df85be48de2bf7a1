/** The trainers that the person of this machine has allowed: a list beside their settings, never in a folder that others can write. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { writeAtomically } from '../../files/bytes/atomicFile.ts';

/** By the full path of a deltatrain.json: digests as `digestOf` makes them. */
type Allowed = Readonly<Record<string, readonly string[]>>;

const version = 1;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAllowed = (value: unknown): value is Allowed =>
  isRecord(value) &&
  Object.values(value).every((one) => Array.isArray(one) && one.every((text) => typeof text === 'string'));

async function read(list: string): Promise<Allowed> {
  let text: string;
  try {
    text = await readFile(list, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Failure('file.unreadable', { file: list, reason: String(error) }, { cause: error });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = null;
  }
  if (isRecord(document) && document['version'] === version && isAllowed(document['allowed']))
    return document['allowed'];
  const reason = say('it is no list of allowed trainers. Correct it, or delete it');
  throw new Failure('file.unreadable', { file: list, reason });
}

/** The digests that were allowed for a deltatrain.json. */
export async function allowedDigests(list: string, config: string): Promise<readonly string[]> {
  const allowed = await read(list);
  return (Object.hasOwn(allowed, config) ? allowed[config] : undefined) ?? [];
}

/** From now on these are allowed for a deltatrain.json, and no others. */
export async function allowDigests(list: string, config: string, digests: readonly string[]): Promise<void> {
  const { [config]: _, ...others } = await read(list);
  const allowed = digests.length === 0 ? others : { ...others, [config]: [...new Set(digests)] };
  await mkdir(path.dirname(list), { recursive: true, mode: 0o700 });
  await writeAtomically(list, (to) => to.write(`${JSON.stringify({ version, allowed }, null, 2)}\n`));
}
