/** What an error has a place of its own for, whether enumerable or not. */
export const ERROR_FIELDS: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

/** The fields that an error of ours has by design: their names say nothing of their values. `code` is looked at. */
export const OWN_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'correlationId',
  'operation',
  'statusCode',
  'logId',
  'retryable',
  'retryAfterMs',
  'audience',
  'userMessage',
  'hint',
  'docsUrl',
  'outcomeUnknown',
  'timestamp',
]);
