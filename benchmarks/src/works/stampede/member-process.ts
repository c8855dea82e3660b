/** One process of the fleet: gets ready, says so, and on the word lets its callers loose. */
import { once } from 'node:events';
import type { Membership } from './fleet.js';
import { herd, warmUp } from './herd.js';
import { members } from './member.js';

const [membership]: Membership[] = await once(process, 'message');
if (membership === undefined) throw new Error('the fleet said nothing');
const { name, services, account, callers } = membership;
const make = await members[name]();
await warmUp(make, services, callers);
const { getToken } = await make(services, account);
process.send?.('ready');
await once(process, 'message');
process.send?.(await herd({ account, callers }, getToken));
