import { expect, it, vi } from 'vitest';
import { tiktokLogger } from './tiktok-logger.js';

it('reads the environment at first use and writes to standard output', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  tiktokLogger.debug('Detail', { step: 1 });
  tiktokLogger.child({ operation: 'o' }).info('Started');
  tiktokLogger.info('i');
  tiktokLogger.warn('w');
  tiktokLogger.error('e', new Error('x'));
  const lines = write.mock.calls.map(([line]) => String(line).split('\n')[0]);
  write.mockRestore();
  expect(lines.map((line) => line?.replace(/^\[[^\]]+\] /, ''))).toEqual([
    '[TikTok] [DEBUG] Detail',
    '[TikTok] [INFO] Started',
    '[TikTok] [INFO] i',
    '[TikTok] [WARN] w',
    '[TikTok] [ERROR] e',
  ]);
});
