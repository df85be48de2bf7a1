/** JSON documents in their one normal form: keys by their bytes, a blank behind `:` and `,`, whole numbers with all their digits. */
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';

/** A document taken apart; a number keeps its digits. */
export type Node =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Node])[] };

/** A number as it is shown: a whole one as it is, another in its shortest digits. */
export function numberText(written: string): string {
  if (/^-?\d+$/.test(written)) return written === '-0' ? '0' : written;
  const value = Number(written);
  return Number.isFinite(value) ? String(value) : written;
}

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

const maxDepth = 500;

/** The digits of a number without zeros at their ends, and the power of ten that they count. */
function valueOf(written: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return digits === '' ? '0' : `${sign}${digits}e${Number(power) - fraction.length + all.length - digits.length}`;
}

/** A number as it is kept: in its shortest digits where those are the same number, else as it was written. */
function keptNumber(written: string): string {
  const shortest = numberText(written);
  return valueOf(shortest) === valueOf(written) ? shortest : written;
}

/** Undefined for a text that is no document. */
export function parse(text: string, asNumber = numberText): Node | undefined {
  try {
    // Whatever is no JSON is found by what knows it best.
    JSON.parse(text);
  } catch {
    return undefined;
  }
  token.lastIndex = 0;
  const next = (): RegExpExecArray => token.exec(text) as RegExpExecArray;
  const value = (found: RegExpExecArray, depth: number): Node => {
    if (depth > maxDepth)
      throw new Failure('sql.failed', { message: say('A JSON document is nested more than {0} deep.', maxDepth) });
    if (found[1] === '[') return array(depth);
    if (found[1] === '{') return object(depth);
    if (found[2] !== undefined) return { kind: 'plain', text: JSON.stringify(JSON.parse(found[2])) };
    return { kind: 'plain', text: found[3] === undefined ? (found[4] ?? 'null') : asNumber(found[3]) };
  };
  const array = (depth: number): Node => {
    const items: Node[] = [];
    for (let found = next(); found[1] !== ']'; found = next())
      if (found[1] !== ',') items.push(value(found, depth + 1));
    return { kind: 'array', items };
  };
  const object = (depth: number): Node => {
    const members = new Map<string, Node>();
    for (let found = next(); found[1] !== '}'; found = next()) {
      if (found[1] === ',') continue;
      const key = JSON.parse(found[2] ?? '""') as string;
      next();
      members.set(key, value(next(), depth + 1));
    }
    return { kind: 'object', members: sorted([...members]) };
  };
  return value(next(), 0);
}

/** Members of an object in the order of their keys' bytes. */
export const sorted = <T>(members: [string, T][]): [string, T][] =>
  members.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** The normal form of a document that was taken apart. */
export function print(node: Node): string {
  if (node.kind === 'plain') return node.text;
  if (node.kind === 'array') return `[${node.items.map(print).join(', ')}]`;
  return `{${node.members.map(([key, value]) => `${JSON.stringify(key)}: ${print(value)}`).join(', ')}}`;
}

/** The normal form of a document; undefined for a text that is none. */
export function jsonText(text: string): string | undefined {
  const node = parse(text);
  return node && print(node);
}

/** The form in which a document that comes from elsewhere is kept: no digit is lost. Undefined for a text that is none. */
export function keptJson(text: string): string | undefined {
  const node = parse(text, keptNumber);
  return node && print(node);
}
