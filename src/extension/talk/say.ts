/** Every sentence of the shell goes through here, so that it can be translated. */
import * as vscode from 'vscode';
import type { Say } from '../../app/say.ts';

export const say: Say = (text, ...parts) => vscode.l10n.t(text, ...parts);
