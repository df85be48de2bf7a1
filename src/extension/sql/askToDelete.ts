/** DROP SNAPSHOT in a file: of a snapshot that models need it is what *Delete Snapshot* is, a second look and a row of the record. */
import { forcedEvent } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import { Failure } from '../../base/failure.ts';
import type { Snapshot } from '../../data/version.ts';
import { snapshotNameOf, type Statement } from '../../git4data/ast.ts';
import type { Session } from '../connections/session.ts';
import type { Ask } from '../talk/ask.ts';
import { requireDeletion } from '../talk/consent.ts';

/** What has to be known before a snapshot goes. */
export interface Deleting {
  readonly ask: Ask;
  /** Models that stand on a snapshot, in whichever registry: as in `weather/m3`. */
  readonly modelsNeeding: (session: Session, snapshot: Snapshot) => Promise<readonly string[]>;
}

/** None where the role may not list them. */
async function snapshotsOf({ store }: Pick<Session, 'store'>): Promise<readonly Snapshot[]> {
  try {
    return await store.snapshots();
  } catch (error) {
    if (Failure.is(error, 'version.unlistable')) return [];
    throw error;
  }
}

/** Null for a statement that takes no model's snapshot; else what the record is told once it is done. `cancelled` without a yes. */
export async function askToDelete(
  { ask, modelsNeeding }: Deleting,
  session: Session,
  statement: Statement,
): Promise<Happening | null> {
  if (statement.kind !== 'dropSnapshot') return null;
  const name = snapshotNameOf(statement.name);
  const snapshot = (await snapshotsOf(session)).find((one) => one.name === name);
  const models = snapshot ? await modelsNeeding(session, snapshot) : [];
  if (models.length === 0) return null;
  const { environment } = session.connection.config;
  await requireDeletion(ask, { environment, name, snapshot: name, models });
  return forcedEvent(name, models);
}
