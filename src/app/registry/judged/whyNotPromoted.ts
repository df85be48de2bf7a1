/** Why a model cannot be promoted, by its status. */
import { later } from '../../../base/say.ts';
import type { ModelStatus } from '../../../data/model.ts';

export const whyNotPromoted: Readonly<Record<Exclude<ModelStatus, 'candidate' | 'promoted'>, string>> = {
  rejected: later('the quality gate said that it is worse.'),
  held: later('its data are suspect, and nobody has settled it yet.'),
  archived: later('it is archived.'),
};
