/** Why a wait is over: its time came, the client went away, or the emulator ended. */
type WaitEnd = 'over' | 'gone' | 'ended';

/** All that the emulator waits for in real time. */
export interface Waits {
  /**
   * @param delayMs - How long; `undefined` for as long as it takes.
   * @param gone - Aborts when nobody is there any more to wait for.
   */
  wait(delayMs: number | undefined, gone: AbortSignal): Promise<WaitEnd>;
  /** Ends all that wait now. Later waits are welcome. */
  end(): void;
  /** Ends all that wait now, and later ones at once: no timer is left, and none will be. */
  close(): void;
}

export function createWaits(): Waits {
  const waiting = new Set<() => void>();
  let isClosed = false;

  function end(): void {
    for (const finish of [...waiting]) finish();
  }

  return {
    wait(delayMs, gone) {
      if (gone.aborted) return Promise.resolve('gone');
      if (isClosed) return Promise.resolve('ended');
      return new Promise((resolve) => {
        const finish = (end: WaitEnd) => {
          clearTimeout(timer);
          gone.removeEventListener('abort', onGone);
          waiting.delete(onEnd);
          resolve(end);
        };
        const onGone = () => finish('gone');
        const onEnd = () => finish('ended');
        const timer = delayMs === undefined ? undefined : setTimeout(() => finish('over'), delayMs);
        gone.addEventListener('abort', onGone);
        waiting.add(onEnd);
      });
    },
    end,
    close() {
      isClosed = true;
      end();
    },
  };
}
