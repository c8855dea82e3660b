/** It brings no types; these are of what is used here. */
declare module 'passport-tiktok-auth' {
  interface Options {
    readonly clientID: string;
    readonly clientSecret: string;
    readonly callbackURL: string;
    readonly scope: readonly string[];
    readonly tokenURL?: string;
    readonly skipUserProfile?: boolean;
    readonly state?: boolean;
    readonly pkce?: 'S256';
  }
  type Verify = (
    accessToken: string,
    refreshToken: string,
    profile: unknown,
    done: (error: unknown, user?: unknown) => void,
  ) => void;

  export class Strategy {
    constructor(options: Options, verify: Verify);
    authenticate(request: object, options: object): void;
  }
}
