/** MatrixOne's own tests as a corpus: the files, what was counted in them, and what our parser finds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Statement, tablesOf } from '../../../src/git4data/ast.ts';
import { parseText } from '../../../src/git4data/parser.ts';

/** A bench is bundled elsewhere, and runs in the repository. */
const folder = join(process.cwd(), 'test/fixtures/corpus');

/** What is counted, by its sign in the table of counts. */
export const kinds: Readonly<Record<string, string>> = {
  all: 'statements',
  SN: 'CREATE / DROP SNAPSHOT',
  SS: 'SHOW SNAPSHOTS',
  RS: 'RESTORE from a snapshot',
  PI: 'PITR, RESTORE from one among them',
  RW: 'SHOW RECOVERY_WINDOW',
  CL: 'CLONE',
  BC: 'DATA BRANCH CREATE',
  BD: 'DATA BRANCH DELETE',
  DF: 'DATA BRANCH DIFF',
  MG: 'DATA BRANCH MERGE',
  PK: 'DATA BRANCH PICK',
  HI: 'with a hint in braces',
};

export interface CorpusFile {
  readonly file: string;
  readonly text: string;
}

export function readCorpus(): CorpusFile[] {
  const lines = gunzipSync(readFileSync(join(folder, 'matrixone.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as CorpusFile);
}

export type Counts = Readonly<Record<string, number>>;

/** `path 92: SN30 BC7`, a line a file. */
export function counted(): Map<string, Counts> {
  const lines = readFileSync(join(folder, 'counts.txt'), 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [, file = '', all = '0', rest = ''] = /^(\S+) (\d+):(.*)$/.exec(line) ?? [];
      const parts = [...rest.matchAll(/([A-Z]{2})(\d+)/g)].map(([, kind = '', count = '0']) => [kind, Number(count)]);
      return [file, { all: Number(all), ...(Object.fromEntries(parts) as Counts) }];
    }),
  );
}

const verbs: Readonly<Record<string, string>> = {
  'DATA BRANCH CREATE': 'BC',
  'DATA BRANCH DELETE': 'BD',
  'DATA BRANCH MERGE': 'MG',
  'DATA BRANCH PICK': 'PK',
};

function kindOf(statement: Statement): string | null {
  const kind = statement.kind === 'broken' ? statement.intended : statement.kind;
  switch (kind) {
    case 'createSnapshot':
    case 'dropSnapshot':
      return 'SN';
    case 'showSnapshots':
      return 'SS';
    case 'restore':
      return 'RS';
    case 'diff':
      return 'DF';
    case 'clone':
      return 'CL';
    case 'pitr':
      return 'PI';
    case 'branch':
      return statement.kind === 'branch' ? (verbs[statement.verb] ?? null) : null;
    case 'other':
      return statement.kind === 'other' && statement.verb === 'SHOW RECOVERY_WINDOW' ? 'RW' : null;
    default:
      return null;
  }
}

const hasHint = (statement: Statement): boolean =>
  (statement.kind === 'restore' && statement.form === 'braces') ||
  tablesOf(statement).some(({ hint }) => hint !== null);

/** What our parser finds in a text, by the same signs. */
export function countsIn(text: string): Counts {
  const found: Record<string, number> = { all: 0 };
  const add = (sign: string): void => {
    found[sign] = (found[sign] ?? 0) + 1;
  };
  for (const { statement } of parseText(text)) {
    add('all');
    const kind = kindOf(statement);
    if (kind !== null) add(kind);
    if (hasHint(statement)) add('HI');
  }
  return found;
}
