/** What a person hears of models when data were taken back, or came back. */
import { type Remembered, rememberedText } from '../../app/versions/rememberRestore.ts';
import { say } from '../../base/say.ts';
import type { Tell } from './tell.ts';

/** A registry that could not be written. */
export function tellForgotten(tell: Tell, { failed }: Remembered): void {
  if (failed) tell.say('warning', say('This was done, and could not be written into the record: {0}', failed.message));
}

/** Nothing is told where no model is concerned and the registry could be written. */
export function tellRemembered(tell: Tell, remembered: Remembered): void {
  tellForgotten(tell, remembered);
  const text = rememberedText(remembered);
  if (text !== '') tell.say('info', text);
}
