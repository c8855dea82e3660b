type State = { readonly cancelled: false } | { readonly cancelled: true; readonly reason: unknown };

const RUNNING: State = { cancelled: false };

/**
 * What calls off a call, or one attempt of it. Its `AbortSignal` is made when somebody asks for it: making one costs more
 * than the rest of a policy together.
 */
export class Cancellation {
  readonly #onCancel: (reason: unknown) => void;
  #state: State = RUNNING;
  #inner: Cancellation | undefined;
  #controller: AbortController | undefined;

  constructor(onCancel: (reason: unknown) => void) {
    this.#onCancel = onCancel;
  }

  get cancelled(): boolean {
    return this.#state.cancelled;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#state.cancelled) this.#controller.abort(this.#state.reason);
    }
    return this.#controller.signal;
  }

  /** @throws The reason, once cancelled. */
  throwIfCancelled(): void {
    if (this.#state.cancelled) throw this.#state.reason;
  }

  cancel(reason: unknown): void {
    if (this.#state.cancelled) return;
    this.#state = { cancelled: true, reason };
    this.#inner?.cancel(reason);
    this.#controller?.abort(reason);
    this.#onCancel(reason);
  }

  /** From now on `inner`, the part that is running, is cancelled too. */
  enter(inner: Cancellation): void {
    this.#inner = inner;
  }

  /** `inner` has ended. Another one may be running by now. */
  leave(inner: Cancellation): void {
    if (this.#inner === inner) this.#inner = undefined;
  }
}
