/** The one way a sentence reaches the page: the English text is the key of its translation, as in `vscode.l10n`. */

let translations: Readonly<Record<string, string>> = {};

/** Set once before anything is drawn: the host hands the translations over with the page's first state. */
export function setTranslations(strings: Readonly<Record<string, string>>): void {
  translations = strings;
}

/** `say('{0} rows', '1,462')` */
export function say(text: string, ...values: readonly (string | number)[]): string {
  const found = Object.hasOwn(translations, text) ? translations[text] : undefined;
  return (found ?? text).replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
