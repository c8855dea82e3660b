import { authorize } from './authorize.js';
import { avatar } from './avatar.js';
import { consent } from './consent.js';
import { favicon } from './favicon.js';
import type { EmulatorOperation, ErrorShape, Operation } from './operation.js';
import { revoke } from './revoke.js';
import { token } from './token.js';
import { userInfo } from './user-info.js';
import { cover } from './videos/cover.js';
import { videoList } from './videos/video-list.js';
import { videoQuery } from './videos/video-query.js';

/** All that the emulator can be asked. */
export const OPERATIONS: readonly Operation[] = [
  ...[authorize, consent, token, revoke],
  ...[userInfo, videoList, videoQuery],
  ...[avatar, cover, favicon],
];

/** In which shape an operation says no; a path nothing answers at does so as the API would. */
export function shapeOf(name: EmulatorOperation): ErrorShape {
  return OPERATIONS.find((operation) => operation.name === name)?.errorShape ?? 'envelope';
}
