/** The part of rate-limiter-flexible that is used, by its own file: the whole of it takes 25 ms to import. */
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  class RateLimiterMemory {
    constructor(options: { readonly points: number; readonly duration: number; readonly keyPrefix: string });
    /** Rejects with how long to wait, which is no `Error`. */
    consume(key: string): Promise<unknown>;
    delete(key: string): Promise<boolean>;
  }
  export = RateLimiterMemory;
}
