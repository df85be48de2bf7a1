/** A document in an editor, as long as the person does not go elsewhere meanwhile. */
import * as vscode from 'vscode';

/** Resolves also where another editor was opened before this one stood there: VS Code rejects, and the person chose the other one. */
export async function showDocument(
  document: vscode.TextDocument,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  await vscode.window.showTextDocument(document, options).then(undefined, () => undefined);
}
