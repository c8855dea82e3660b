/** `now`, and the system's own clock wherever that gives no instant: a broken clock must not cost a line. */
export function steadyClock(now: () => number): () => number {
  return () => {
    const time = now();
    return Number.isFinite(new Date(time).getTime()) ? time : Date.now();
  };
}
