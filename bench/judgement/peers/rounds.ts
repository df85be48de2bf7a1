/**
 * Rounds as files, and what Evidently, Deepchecks, pandera and cleanlab say of them by their defaults, where a Python has them: each
 * round has the table before and after, the new and changed rows with the parent's probabilities, and what this judge says.
 * Rounds stay in the folder DELTATRAIN_PEERS where it is given: a run that was stopped goes on there. DELTATRAIN_PEERS_PYTHON lists
 * Pythons as PATH does folders, as Deepchecks needs one of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { at } from '../../../src/base/assert.ts';
import { chain, type ChainRound, spoiledRound } from '../chains.ts';
import { corrupted, type Kind, knownKinds } from '../corrupt.ts';
import { changedPlaces, probabilities } from '../model.ts';
import { judgedRound, type Round } from '../question.ts';
import type { Snapshot } from '../stream.ts';
import type { Table } from '../tables.ts';
import { spoiledUnseen, unseenKinds } from '../unseen.ts';

/** Honest rounds a table and seed; beside each one bad one of a known kind, and one of a kind that nobody tuned on. */
const roundsOfEach = 2;

/** Written when all rounds are there. */
const done = 'rounds.txt';

type Sort = 'honest' | 'known' | 'new';

/** A version as CSV; `more`: columns beside the table's own, a value a row. */
function csv(
  table: Table,
  now: Snapshot,
  rows: ArrayLike<number>,
  more: readonly (readonly [name: string, value: (i: number) => number])[] = [],
): string {
  const head = [...table.columns.map(({ name }) => name), 'label', ...more.map(([name]) => name)].join(',');
  const lines = Array.from(rows, (row, i) => {
    const cells = table.columns.map(({ texts }, c) => {
      const value = at(at(now.x, c), row);
      return texts ? at(texts, value) : String(value);
    });
    return [...cells, at(table.classes, at(now.y, row)), ...more.map(([, value]) => String(value(i)))].join(',');
  });
  return `${[head, ...lines].join('\n')}\n`;
}

async function write(folder: string, sort: Sort, kind: string, round: Round): Promise<void> {
  const { table, old, now, parent } = round;
  const { data } = await judgedRound(round);
  mkdirSync(folder, { recursive: true });
  const changed = changedPlaces(old, now).is.filter((place) => place >= 0);
  const answers = await probabilities(table, parent, now, changed);
  const { classes } = parent.party;
  const more = classes.map((name, k) => [`p_${name}`, (i: number) => at(answers, i * classes.length + k)] as const);
  writeFileSync(path.join(folder, 'old.csv'), csv(table, old, [...old.ids.keys()]));
  writeFileSync(path.join(folder, 'now.csv'), csv(table, now, [...now.ids.keys()]));
  writeFileSync(path.join(folder, 'changed.csv'), csv(table, now, changed, more));
  const categories = table.columns.filter(({ texts }) => texts).map(({ name }) => name);
  const said = { table: table.name, sort, kind, isTimed: table.isTimed, categories, ours: data.verdict === 'suspect' };
  writeFileSync(path.join(folder, 'round.json'), JSON.stringify(said));
}

/** The next kind of a list, in turns over all tables and seeds. */
function turns<T>(kinds: readonly T[]): () => T {
  let turn = 0;
  return () => at(kinds, turn++ % kinds.length);
}

/** The next known kind whose draw gives a bad import. */
function knownBad(kindOf: () => Kind, round: ChainRound, seed: number): { kind: string; now: Snapshot } | null {
  for (let attempt = 0; attempt < 20; attempt++) {
    const kind = kindOf();
    const now = corrupted(kind, round.table, round.now, round.old, `${seed}:${round.number}:${attempt}`);
    if (now) return { kind, now };
  }
  return null;
}

/** The next kind nobody tuned on that the table has, whose draw changed something. */
function newBad(kindOf: () => string, round: ChainRound, seed: number): { kind: string; now: Snapshot } | null {
  for (let attempt = 0; attempt < 20; attempt++) {
    const kind = kindOf();
    // Before the first rounds there is no older version that a stale copy could bring back.
    if (kind === 'stale copy' && round.earlier.length === 0) continue;
    const found = spoiledUnseen(kind, round, seed + round.number + attempt);
    if (found && changedPlaces(round.now, found.now).was.length > 0) return { kind, now: found.now };
  }
  return null;
}

async function writeRounds(root: string, tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  let written = 0;
  const next = (): string => path.join(root, String(written++).padStart(4, '0'));
  const [known, unseen] = [turns<Kind>(knownKinds), turns(unseenKinds)];
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed, roundsOfEach)) {
        await write(next(), 'honest', 'honest', round);
        const old = knownBad(known, round, seed);
        if (old) await write(next(), 'known', old.kind, spoiledRound(round, old.now));
        const other = newBad(unseen, round, seed);
        if (other) await write(next(), 'new', other.kind, spoiledRound(round, other.now));
      }
  writeFileSync(path.join(root, done), String(written));
  console.log(`${written} rounds`);
}

const tools = [
  ['pandera', 'pandera.pandas'],
  ['cleanlab', 'cleanlab.filter'],
  ['evidently', 'evidently'],
  ['deepchecks', 'deepchecks.tabular'],
] as const;

/** Asks each tool that a Python has. */
function ask(root: string): void {
  const pythons = (process.env['DELTATRAIN_PEERS_PYTHON'] ?? 'python3').split(path.delimiter);
  for (const [tool, module] of tools) {
    const has = (python: string): boolean =>
      spawnSync(python, ['-W', 'ignore', '-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
    const python = pythons.find(has);
    if (python === undefined) {
      console.log(`${tool}: left out, as no Python has it (peers/README.md; DELTATRAIN_PEERS_PYTHON names Pythons).`);
      continue;
    }
    console.log(tool);
    spawnSync(python, ['-W', 'ignore', path.resolve('bench/judgement/peers/peers.py'), tool, root], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
}

/** Two honest rounds a table and seed, as many by the known kinds in turns, and by those nobody tuned on. */
export async function peers(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const kept = process.env['DELTATRAIN_PEERS'];
  const root = kept ?? mkdtempSync(path.join(tmpdir(), 'deltatrain-peers-'));
  try {
    if (!existsSync(path.join(root, done))) await writeRounds(root, tables, seeds);
    ask(root);
  } finally {
    if (kept === undefined) rmSync(root, { recursive: true, force: true });
  }
}
