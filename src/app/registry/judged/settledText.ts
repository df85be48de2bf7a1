/** Why a model has its status, in words. */
import { say } from '../../../base/say.ts';
import { isExclusion } from './exclusions.ts';
import type { SettledReason } from './settled.ts';

/** `cause`: what it came of, as it is kept. */
export function settledText(reason: SettledReason, cause: string): string {
  switch (reason) {
    case 'worse':
      return say('rejected: the quality gate said that it is worse');
    case 'suspect':
      return say('held: its data are suspect');
    case 'approved':
      return say('its data were approved');
    case 'reverted':
      return say('archived: its data were reverted');
    case 'replaced':
      return say('archived: {0} was approved in its place', cause);
    case 'excluded':
      return say('archived: it was trained again without the suspect rows');
    case 'returned':
      return isExclusion(cause)
        ? say('as before: {0} was taken back, as its run came to no model', cause)
        : say('its data are back: a restore was undone');
    case 'byHand':
      return say('archived by hand');
  }
}
