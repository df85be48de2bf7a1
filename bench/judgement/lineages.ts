/** Lineages of twenty rounds in which child and parent are equally good: how many hear a false "worse", and what real drops are found. */
import { lookRule } from '../../src/judge/rule.ts';
import { judgeModel, type Pairs } from '../../src/judge/judgeModel.ts';
import { Draws } from './draws.ts';

function pairs(draws: Draws, n: number, differ: number, drop: number): Pairs {
  const spread = Math.sqrt(n * differ * (1 - differ));
  const discordant = Math.max(0, Math.round(n * differ + draws.normal() * spread));
  let lost = 0;
  for (let i = 0; i < discordant; i++) if (draws.fraction() < 0.5 + drop / (2 * differ)) lost += 1;
  const child = new Uint8Array(n).fill(1);
  const parent = child.slice();
  child.fill(0, 0, lost);
  parent.fill(0, lost, discordant);
  return { kind: 'classes', child, parent };
}

const isWorse = (draws: Draws, n: number, differ: number, drop: number): boolean =>
  judgeModel({
    unchanged: { test: pairs(draws, n, differ, drop), validation: pairs(draws, n, differ, drop) },
    now: null,
    removed: null,
    baseline: null,
    maxDrop: 0.005,
    look: 1,
  }).verdict === 'worse';

/** Test rows, as many validation rows, and the share on which two models differ: those of the study. */
export async function lineages(): Promise<void> {
  for (const [n, differ] of [
    [500, 0.08],
    [2_000, 0.06],
    [2_000, 0.12],
    [6_000, 0.06],
  ] as const) {
    const draws = new Draws(`lineages:${n}:${differ}`);
    let cried = 0;
    for (let lineage = 0; lineage < 2_000; lineage++)
      cried += Array.from({ length: lookRule.looks }, () => isWorse(draws, n, differ, 0)).includes(true) ? 1 : 0;
    const found = (drop: number): string =>
      (Array.from({ length: 2_000 }, () => isWorse(draws, n, differ, drop)).filter(Boolean).length / 20).toFixed(1);
    console.log(
      `${n} rows, ${differ}: false worse ${(cried / 20).toFixed(1)} %, 1 point ${found(0.01)} %, 2 points ${found(0.02)} %`,
    );
  }
}
