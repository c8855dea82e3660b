import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { RedisServer } from '@tt/tooling/redis';

/** A line of MONITOR: when, from where, and the command's name. */
const LINE = /^\+\d+\.\d+ \[\d+ (\S+)\] "(\w+)"/;
const END = 'the end of the count';

/** Runs something, and counts what clients ask of Redis meanwhile: by command, without those that a script runs. */
export async function countingCommands<Result>(
  server: RedisServer,
  action: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly commands: Readonly<Record<string, number>> }> {
  const commands: Record<string, number> = {};
  const socket = connect(server.port, server.host);
  const lines = createInterface({ input: socket });
  try {
    socket.write('MONITOR\r\n');
    await once(lines, 'line');
    const counted = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const [, source, name = ''] = LINE.exec(line) ?? [];
        // The end is told on a connection of its own, which signs in first.
        if (name.toUpperCase() === 'AUTH') return;
        if (line.includes(END)) resolve();
        else if (source !== undefined && source !== 'lua') commands[name] = (commands[name] ?? 0) + 1;
      });
    });
    const result = await action();
    // What was asked before this has been counted once it is seen.
    await server.command('ECHO', END);
    await counted;
    return { result, commands };
  } finally {
    lines.close();
    socket.destroy();
  }
}
