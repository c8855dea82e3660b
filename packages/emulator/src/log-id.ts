import type { Random } from './random.js';

/**
 * A log id as TikTok writes them: UTC second, then 20 hex digits (`202308141814065FE27A58513347021AF1`).
 *
 * @param now - Epoch milliseconds.
 */
export function createLogId(now: number, random: Random): string {
  // Years past 9999 carry a sign and two more digits, which have no place in the id.
  const second = new Date(now).toISOString().replace(/\D/g, '').slice(0, -3).slice(-14);
  return `${second}${random.hex(20)}`;
}
