/** The command that gives back the rights that a restore took away. */
import * as vscode from 'vscode';
import { showDocument } from '../talk/showDocument.ts';
import type { Shell } from './shell.ts';
import { say } from '../../base/say.ts';

/** Opens the statements as a SQL file of the connection, so that they can be read, run or copied. */
export async function openGrants({ bindings, language }: Shell, argument: unknown): Promise<void> {
  const { connection, statements } = argument as { connection: string; statements: readonly string[] };
  const content = `-- ${say('Rights that the restore took away')}\n${statements.map((one) => `${one.replace(/;\s*$/, '')};\n`).join('')}`;
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content });
  await bindings.choose(document.uri, connection);
  await showDocument(document);
  await language.refresh(document);
}
