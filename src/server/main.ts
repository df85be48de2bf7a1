/** The language server: connects the language services to the editor. It knows no store; what it knows of one is pushed to it. */
import { setTranslations } from '../base/say.ts';
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  type CodeActionParams,
  createConnection,
  type InitializeParams,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { needsConfirmation } from '../git4data/ast.ts';
import { codeLenses } from '../git4data/service/codeLens.ts';
import { complete } from '../git4data/service/complete.ts';
import { diagnose } from '../git4data/service/diagnose.ts';
import { type DocumentStatement, statementAtOffset } from '../git4data/service/document.ts';
import { formatStatement } from '../git4data/service/format.ts';
import { hover } from '../git4data/service/hover.ts';
import { folds, symbols } from '../git4data/service/symbols.ts';
import {
  type CatalogParams,
  type FormatEdit,
  languageMethods,
  type LanguageOptions,
  type LensSettings,
  type StatementFound,
  type StatementParams,
} from '../protocol/language.ts';
import { answerColumns, foreseen } from '../stores/embedded/statements/foreseen.ts';
import { completionOf, diagnosticOf, editOf, fixOf, foldOf, lensOf, rangeOf, symbolOf } from './convert.ts';
import { Documents, type OpenDocument } from './documents.ts';

/** It is asked what it would refuse, and of which type an answer is; no store is opened. */
const engine = { foreseen, answerColumns };

const connection = createConnection(ProposedFeatures.all);
const texts = new TextDocuments(TextDocument);
const documents = new Documents();
let refreshesLenses = false;
let lensesShown = true;

const opened = (uri: string): OpenDocument | undefined => documents.read(texts.get(uri));

connection.onInitialize(({ capabilities, initializationOptions }: InitializeParams) => {
  const { strings = {} } = (initializationOptions ?? {}) as Partial<LanguageOptions>;
  setTranslations(strings);
  refreshesLenses = capabilities.workspace?.codeLens?.refreshSupport === true;
  return {
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      codeLensProvider: { resolveProvider: false },
      completionProvider: { triggerCharacters: ['{', '=', "'", '.'] },
      hoverProvider: true,
      documentSymbolProvider: true,
      foldingRangeProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
    },
  };
});

async function publish(document: TextDocument): Promise<void> {
  const open = documents.read(document);
  const problems = open ? diagnose(open.sql, open.catalog, engine) : [];
  const diagnostics = problems.map((problem) => diagnosticOf(document, problem));
  await connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
}

const refreshLenses = async (): Promise<void> => {
  if (refreshesLenses) await connection.sendRequest(CodeLensRefreshRequest.type);
};

/** A long text is checked when typing pauses: this many characters for each millisecond of waiting, and never half a second. */
const checkedAtOnce = 5_000;
const longestWait = 500;
const waiting = new Map<string, NodeJS.Timeout>();

function soon({ uri }: TextDocument, length: number): void {
  clearTimeout(waiting.get(uri));
  const check = async (): Promise<void> => {
    waiting.delete(uri);
    const document = texts.get(uri);
    if (document) await publish(document);
  };
  waiting.set(
    uri,
    setTimeout(() => void check(), Math.min(longestWait, length / checkedAtOnce)),
  );
}

texts.onDidChangeContent(({ document }) => soon(document, document.getText().length));
texts.onDidClose(({ document }) => {
  clearTimeout(waiting.get(document.uri));
  waiting.delete(document.uri);
  documents.close(document.uri);
  return connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
});

connection.onNotification(languageMethods.catalog, async (params: CatalogParams) => {
  documents.bind(params);
  await Promise.all(texts.all().map(publish));
  await refreshLenses();
});

connection.onNotification(languageMethods.lenses, async ({ shown }: LensSettings) => {
  lensesShown = shown;
  await refreshLenses();
});

connection.onCodeLens(({ textDocument }) => {
  const open = opened(textDocument.uri);
  if (!open || !lensesShown) return [];
  return codeLenses(open.sql, open.catalog, Date.now()).map((lens) => lensOf(open.document, lens));
});

connection.onCompletion(({ textDocument, position }) => {
  const open = opened(textDocument.uri);
  if (!open) return [];
  const offset = open.document.offsetAt(position);
  return complete(open.sql, offset, open.catalog).map((item, i) => completionOf(open.document, item, i));
});

connection.onHover(({ textDocument, position }) => {
  const open = opened(textDocument.uri);
  const found = open && hover(open.sql, open.document.offsetAt(position), open.catalog, Date.now(), engine);
  if (!open || !found) return null;
  return { contents: { kind: 'markdown', value: found.markdown }, range: rangeOf(open.document, found) };
});

connection.onDocumentSymbol(({ textDocument }) => {
  const open = opened(textDocument.uri);
  return open ? symbols(open.sql).map((entry) => symbolOf(open.document, entry)) : [];
});

connection.onFoldingRanges(({ textDocument }) => {
  const open = opened(textDocument.uri);
  return open ? folds(open.sql).map((fold) => foldOf(open.document, fold)) : [];
});

connection.onCodeAction(({ textDocument, range }: CodeActionParams) => {
  const open = opened(textDocument.uri);
  if (!open) return [];
  const { document, sql, catalog } = open;
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const fixes = diagnose(sql, catalog, engine)
    .filter((problem) => problem.start <= to && from <= problem.end)
    .flatMap((problem) => problem.fixes.map((fix) => fixOf(document, problem, fix)));
  const edit = formatStatement(sql, from);
  if (!edit) return fixes;
  const changes = { [document.uri]: [editOf(document, edit)] };
  return [...fixes, { title: 'Format Statement', kind: CodeActionKind.RefactorRewrite, edit: { changes } }];
});

function statementFound(
  { document, sql, catalog }: OpenDocument,
  { statement, used }: DocumentStatement,
): StatementFound {
  return {
    sql: sql.text.slice(statement.start, statement.end),
    range: rangeOf(document, statement),
    kind: statement.kind,
    database: used ?? catalog.connection?.database ?? null,
    writes: needsConfirmation(statement),
  };
}

connection.onRequest(languageMethods.statementAt, ({ uri, position }: StatementParams): StatementFound | null => {
  const open = documents.asked(texts.get(uri));
  const read = open && statementAtOffset(open.sql, open.document.offsetAt(position));
  return open && read ? statementFound(open, read) : null;
});

connection.onRequest(languageMethods.statements, ({ uri }: { uri: string }): StatementFound[] => {
  const open = documents.asked(texts.get(uri));
  return open ? open.sql.statements.map((read) => statementFound(open, read)) : [];
});

connection.onRequest(languageMethods.formatStatement, ({ uri, position }: StatementParams): FormatEdit | null => {
  const open = documents.asked(texts.get(uri));
  const edit = open && formatStatement(open.sql, open.document.offsetAt(position));
  return open && edit ? { range: rangeOf(open.document, edit), text: edit.text } : null;
});

texts.listen(connection);
connection.listen();
