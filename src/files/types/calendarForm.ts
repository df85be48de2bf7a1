/** Days and times of day as a file spells them: only what comes back as the same moment is one. */
import { isDay, isDayText } from '../../base/calendar.ts';

const dateForm = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.(\d{1,6}))?)?)?$/;

/** Digits of a second that the text writes, −1 for a day alone; undefined where it is neither a day nor a time of one. */
export function dayForm(text: string): number | undefined {
  const { length } = text;
  if (length < 10 || length > 26 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  if (length === 10) return isDayText(text) ? -1 : undefined;
  const parts = dateForm.exec(text);
  if (!parts || !isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) return undefined;
  return parts[4]?.length ?? 0;
}
