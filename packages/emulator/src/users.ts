import type { OneOrMore } from './client.js';
import { type EmulatorUser, readUser, type UserSetup } from './user.js';
import { createVideos, type Videos } from './videos/videos.js';

/** An account and all that may change about it while the emulator runs. */
export interface Account {
  readonly profile: EmulatorUser;
  readonly videos: Videos;
  /** Scopes this person leaves unticked. */
  deniedScopes: readonly string[];
  banned: boolean;
  /** What `video_count` says now. */
  videoCount(): number;
}

/** The accounts of the emulator, in the order they came. */
export interface Users {
  profiles(): OneOrMore<EmulatorUser>;
  find(username: string | undefined): Account | undefined;
  /** Reads and adds one. */
  add(value: unknown): EmulatorUser;
}

export function createUsers(context: {
  setups: OneOrMore<UserSetup>;
  clientKeys: readonly string[];
  now: () => number;
}): Users {
  const { setups, clientKeys, now } = context;
  const accounts = new Map<string, Account>();
  const [first, ...rest] = setups;
  let profiles: OneOrMore<EmulatorUser> = [first.profile, ...rest.map(({ profile }) => profile)];

  function open(setup: UserSetup): void {
    const { profile, deniedScopes, banned } = setup;
    const videos = createVideos({ username: profile.username, plan: setup.videos, now });
    // A count that was given on its own keeps its distance from the videos there are.
    const uncounted = profile.videoCount - setup.videos.publicCount;
    const videoCount = () => Math.max(0, videos.publicCount() + uncounted);
    accounts.set(profile.username, { profile, videos, deniedScopes, banned, videoCount });
  }

  for (const setup of setups) open(setup);

  return {
    profiles: () => profiles,
    find: (username) => (username === undefined ? undefined : accounts.get(username)),
    add(value) {
      const setup = readUser(value, { option: 'user', others: profiles, clientKeys });
      open(setup);
      profiles = [...profiles, setup.profile];
      return setup.profile;
    },
  };
}
