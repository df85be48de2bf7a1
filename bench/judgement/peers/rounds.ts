/**
 * Rounds for other tools, as files: the table before and after, the rows that are new or changed with the parent's probabilities, and what
 * this judge says of it. `peers.py` beside it asks the others. The folder is DELTATRAIN_PEERS.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { at } from '../../../src/base/assert.ts';
import { chain, spoiledRound } from '../chains.ts';
import { corrupted, type Kind, knownKinds } from '../corrupt.ts';
import { changedPlaces, probabilities } from '../model.ts';
import { judgedRound, type Round } from '../question.ts';
import type { Snapshot } from '../stream.ts';
import type { Table } from '../tables.ts';
import { Tally } from '../tally.ts';
import { spoiledUnseen, unseenKinds } from '../unseen.ts';

const roundsOfEach = 2;

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

async function write(folder: string, kind: string, round: Round, tally: Tally): Promise<void> {
  const { table, old, now, parent } = round;
  const { data } = await judgedRound(round);
  tally.put(kind === 'honest' ? 'honest' : 'bad', data);
  mkdirSync(folder, { recursive: true });
  const changed = changedPlaces(old, now).is.filter((place) => place >= 0);
  const answers = await probabilities(table, parent, now, changed);
  const { classes } = parent.party;
  const more = classes.map((name, k) => [`p_${name}`, (i: number) => at(answers, i * classes.length + k)] as const);
  writeFileSync(path.join(folder, 'old.csv'), csv(table, old, [...old.ids.keys()]));
  writeFileSync(path.join(folder, 'now.csv'), csv(table, now, [...now.ids.keys()]));
  writeFileSync(path.join(folder, 'changed.csv'), csv(table, now, changed, more));
  const categories = table.columns.filter(({ texts }) => texts).map(({ name }) => name);
  const said = { table: table.name, kind, isTimed: table.isTimed, categories, ours: data.verdict === 'suspect' };
  writeFileSync(path.join(folder, 'round.json'), JSON.stringify(said));
}

/** Two rounds a table and seed, each honest, by the known kinds in turns, and by those nobody tuned on. */
export async function peers(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const root = process.env['DELTATRAIN_PEERS'];
  if (!root) return console.log('peers: left out, as DELTATRAIN_PEERS names no folder for their files.');
  const tally = new Tally();
  let turn = 0;
  const next = (): string => path.join(root, String(turn++).padStart(4, '0'));
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed, roundsOfEach)) {
        await write(next(), 'honest', round, tally);
        for (let i = 0; i < 3; i++) {
          const kind: Kind = at(knownKinds, turn % knownKinds.length);
          const bad = corrupted(kind, table, round.now, round.old, `${seed}:${round.number}:${i}`);
          if (bad) await write(next(), kind, spoiledRound(round, bad), tally);
          const unseen = at(unseenKinds, turn % unseenKinds.length);
          const other = spoiledUnseen(unseen, round, seed + i);
          if (other) await write(next(), unseen, spoiledRound(round, other.now), tally);
        }
      }
  tally.print();
}
