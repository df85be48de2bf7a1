/** Every sentence of the shell goes through here, so that it can be translated. */
import * as vscode from 'vscode';
import type { Say } from '../../app/say.ts';

/** A sentence in the language of VS Code; its English text stands in l10n/bundle.l10n.json as the key. */
export const say: Say = (text, ...parts) => vscode.l10n.t(text, ...parts);
