import type { RedisServer } from '@tt/tooling/redis';
import { Redis } from 'ioredis';

/** Runs something, and counts what clients ask of Redis meanwhile: by command, without those that a script runs. */
export async function countingCommands<Result>(
  server: RedisServer,
  action: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly commands: Readonly<Record<string, number>> }> {
  const commands: Record<string, number> = {};
  const client = new Redis(server.options);
  const monitor = await client.monitor();
  monitor.on('monitor', (_time: string, [name = '']: string[], source: string) => {
    if (source !== 'lua') commands[name.toLowerCase()] = (commands[name.toLowerCase()] ?? 0) + 1;
  });
  try {
    const result = await action();
    // What was asked before this has been counted once it is.
    const end = new Promise((resolve) =>
      monitor.on('monitor', (_time, [, text]) => text === 'the end' && resolve(undefined)),
    );
    await client.echo('the end');
    await end;
    const { echo: _ours, ...others } = commands;
    return { result, commands: others };
  } finally {
    monitor.disconnect();
    client.disconnect();
  }
}
