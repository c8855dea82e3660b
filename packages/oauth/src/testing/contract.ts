import type { RuleGroup } from './rule.js';
import { DELETES } from './rules/deletes.js';
import { DUE } from './rules/due.js';
import { ENDING } from './rules/ending.js';
import { EXPIRY } from './rules/expiry.js';
import { LEASES } from './rules/leases.js';
import { SHARING } from './rules/sharing.js';
import { VALUES } from './rules/values.js';
import { WATCHING } from './rules/watching.js';
import { WRITES } from './rules/writes.js';

/** Every rule that a token store has to keep. */
export const CONTRACT: readonly RuleGroup[] = [VALUES, EXPIRY, WRITES, DELETES, LEASES, WATCHING, DUE, SHARING, ENDING];
