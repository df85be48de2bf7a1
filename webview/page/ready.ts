/** Asks the host until it answers: a page that asked once, and whose question or answer was lost, would stay empty. */

/** Milliseconds until a question is put again; twice as many after each, as a busy host only gets slower by more of them. */
const patience = 2_000;

/**
 * The first answer, or failure, that comes; those of questions that were put again are left out.
 *
 * `mayAskAgain`: whether the question does no harm now. A host takes it as the sign of a page that was loaded anew.
 */
export async function askUntilAnswered<T>(ask: () => Promise<T>, mayAskAgain: () => boolean): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (put: () => void, wait: number): void => {
    timer = setTimeout(() => {
      if (mayAskAgain()) put();
      again(put, wait * 2);
    }, wait);
  };
  try {
    return await new Promise<T>((resolve, reject) => {
      const put = (): void => void ask().then(resolve, reject);
      put();
      again(put, patience);
    });
  } finally {
    clearTimeout(timer);
  }
}
