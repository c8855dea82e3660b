import type { Logger } from '@tt/logger';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly context: unknown;
}

/** A logger that prints nothing and remembers what it was told. */
export function quietLogger(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: 'debug' | 'info' | 'warn') =>
    (message: string, context?: object): void => {
      lines.push({ level, message, context });
    };
  const logger = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: (message: string, error?: unknown, context?: object): void => {
      lines.push({ level: 'error', message, context: { ...context, error } });
    },
    child: () => logger,
  };
  return logger;
}
