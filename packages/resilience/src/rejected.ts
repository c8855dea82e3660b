/**
 * A promise that rejects in the next microtask. One that is rejected before anybody can listen is first noted as an
 * unhandled rejection and then struck off again, which costs as much as the rest of it.
 */
export async function rejected(reason: unknown): Promise<never> {
  await undefined;
  throw reason;
}
