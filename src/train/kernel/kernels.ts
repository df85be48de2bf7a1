/**
 * Every kernel that a released version trained with, by the sha256 of its bytes: a model is made again with its own or not at all. When
 * kernel.wasm changes after a release, what it was stays beside it as another file, and in this list.
 */
import { Failure } from '../../base/failure.ts';
import { sha256 } from '../../base/sha256.ts';
import bytes from './kernel.wasm';

export interface KernelFile {
  readonly bytes: Uint8Array;
  /** Identity of the code that trains. */
  readonly sha256: string;
}

let known: readonly [KernelFile, ...KernelFile[]] | undefined;

/** The newest first: it is what is trained with. */
const kernels = (): readonly [KernelFile, ...KernelFile[]] => (known ??= [{ bytes, sha256: sha256(bytes) }]);

export const newestKernel = (): KernelFile => kernels()[0];

/** The kernel of that hash, the newest without one; `kernel.unknown` where this version does not have it. */
export function kernelOf(hash: string | undefined): KernelFile {
  const found = hash === undefined ? newestKernel() : kernels().find((kernel) => kernel.sha256 === hash);
  if (!found) throw new Failure('kernel.unknown', { kernel: hash ?? '' });
  return found;
}
