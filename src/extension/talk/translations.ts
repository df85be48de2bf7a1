/** The translations that VS Code has for the display language, for every program of ours that says something. */
import * as vscode from 'vscode';
import type { Translations } from '../../base/say.ts';

/** English text to its translation; empty in English. */
export function editorTranslations(): Translations {
  const found: Record<string, string> = {};
  for (const [text, translation] of Object.entries(vscode.l10n.bundle ?? {}))
    if (typeof translation === 'string') found[text] = translation;
  return found;
}
