/** Why rows are left out: kept as a code, a condition or a person's own words, and said in the language of whoever is shown it. */
import { say } from '../../../base/say.ts';
import { modelText } from '../../../data/model.ts';
import type { Exclusion } from './exclusions.ts';

/** What is kept of a group of suspects, counted from 1. */
export const groupReason = (group: number): string => `group:${group}`;

/** What is kept where nobody can say any more which rows they were. */
export const lostReason = 'lost';

/** `group 2 of weather/m3`, the condition, or what a person wrote. */
export function exclusionReason(one: Exclusion): string {
  const [, group] = /^group:(\d+)$/.exec(one.reason) ?? [];
  if (one.group !== null && one.number !== null && group !== undefined)
    return say('group {0} of {1}', group, modelText({ training: one.training, number: one.number }));
  return one.changed && one.reason === lostReason ? say('another program took it out') : one.reason;
}
