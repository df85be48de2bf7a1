/**
 * The constants of the judgement, in one place. They were set on seven public tables (1,176 honest rounds, 2,145 corrupted ones),
 * with a network of two layers in the place of the model, and looked at again with the product's own (bench/judgement). A number
 * beside one is what honest rounds reached at most.
 */

/** Probabilities are floored, so that no single row decides. */
export const floor = 1e-3;

/** Labels that were changed: the parent's answers, or its evidence, for the old ones against those for the new ones. */
export const labelRule = {
  /** Of the sign test; honest rounds move the other way. */
  alpha: 1e-4,
  /** Rows more for the old label than for the new one. */
  more: 10,
  pairRows: 8,
  /**
   * Rows that the parent has not seen must say the same, where there are so many. Updates learn single rows better than the
   * study's stand-in did: on flights its gap grows from .02 to .09 nats in seven updates, and of honest corrections 66 % of the
   * train rows, but 50 % of the others, speak for the wrong label that was learnt (3 of 21 rounds held without this, 0 with it).
   */
  unseenRows: 8,
  unseenAlpha: 0.05,
  /** With fewer of them train rows are believed up to this gap of losses. */
  gap: 0.05,
  /** A class that lost so large a part of its rows (honest .24), and so many of them, to other labels. */
  lost: 0.35,
  lostRows: 20,
} as const;

/**
 * Labels of a regression: nearer to the old ones or to the new ones, by the same sign test, of rows that the parent was not trained on. They must have
 * moved by as much as the parent usually errs (median by root mean square): a label that grows a little each round is no error.
 */
export const valueRule = { errors: 1 } as const;

/** Recall is told where so large a part of the changed labels was of one class, and both sides have so many rows of it. */
export const recallRule = { share: 0.9, rows: 8 } as const;

/** Features that were changed: the parent's loss on the same labels, in nats, and its z (honest 3.5 at .05). */
export const featureRule = { rows: 20, loss: 0.05, z: 4.5 } as const;

/** What became of the values of one column. */
export const columnRule = {
  /** Share of the new values that the encoder clips, beyond the share of before (honest .03). */
  beyond: 0.05,
  beyondRows: 10,
  /** Changes that became one value, though what they replaced had none as frequent as `was`. */
  one: 0.9,
  was: 0.5,
  oneRows: 30,
  /** Greatest gap between the two distributions (Kolmogorov–Smirnov; honest .44). */
  moved: 0.75,
  movedRows: 200,
  movedDistinct: 10,
} as const;

/** Rows that came. */
export const insertedRule = {
  /** Retained ranking skill: the one narrow margin, honest .40. */
  skill: 0.35,
  errors: 2.33,
  rows: 50,
  /** A base column with a value as frequent as this may start to live. */
  usual: 0.8,
  oneValue: 0.98,
  lossZ: 3,
  manyValues: 25,
  /** Copies of other rows (honest .07). */
  copies: 0.3,
  copiedRows: 20,
  /** A class that is expected so often and is nearly not there (honest .31). */
  expected: 15,
  missing: 0.1,
  missingP: 1e-6,
} as const;

/** Rows that went (section 13 of the study; honest .079 of all rows, .17 of the removed ones in one part). */
export const removedRule = {
  many: 0.1,
  least: 20,
  gone: 0.95,
  /** The part lost so much more of its rows than the rest. */
  more: 0.25,
  ratio: 25,
  /** The part holds so large a share of all rows that were removed; by key and time a smaller one. */
  part: 0.2,
  partOfTime: 0.1,
  /** Numbers with at most so many values are taken value by value. */
  values: 60,
  /** The oldest rows are retention where so large a part of them went. */
  prefix: 0.8,
  lostShares: [0.3, 0.6, 0.95],
} as const;

/** What no model is needed for (section 14 of the study). */
export const rewrittenRule = {
  least: 20,
  share: 0.01,
  /**
   * The two ways of an exchange among the changes of a column. Where so large a part of the rows has one of the two values, as of a flag, every honest
   * change goes one of these ways: then all of it must lie in one part of the table.
   */
  pair: 0.8,
  flag: 0.95,
  /** Old and new values have one distribution to within this gap … */
  same: 0.06,
  sameShare: 0.02,
  /** … and fewer than half of them moved by less than so many sd. */
  near: 0.1,
  /** One column changed in so many rows: asked once and remembered (honest .012). */
  bulk: 0.03,
} as const;

/** The dearest group of changed rows: half the squared sum of its losses by its rows (honest 44 and 0). */
export const groupRule = { labels: 60, features: 30, rows: 20 } as const;

/** Train rows are asked where the parent is hardly better on them than on rows it has not seen. */
export const askedRule = { gap: 0.05, sample: 4_000 } as const;

/** Groups of suspects. */
export const suspectRule = {
  /** No single row brings more loss than this. */
  cap: 3,
  bins: 48,
  rows: 8,
  /** A group brings loss by itself, unless a reason names its column: z of about 2.4. */
  least: 3,
  groups: 3,
  /** What a more special group must bring beyond a simpler one. */
  special: 1.02,
} as const;

/**
 * Looks at one lineage between two full fits or promotions, and the share of honest lineages that may hear one false "worse". The
 * mid-p is not exact: at .05 the true share is 4.7 to 4.9 %, and of 2,000 drawn lineages more than 5 % heard one in two of four
 * settings. At .046 it is 4.2 to 4.5 %, and a drop of 1 point on 2,000 rows is found in 40 % (41 % at .05, 39 % by the exact tail).
 */
export const lookRule = { looks: 20, budget: 0.046 } as const;

/** How long and how far an approval holds. */
export const approvalRule = { rounds: 5, size: 1.5 } as const;
