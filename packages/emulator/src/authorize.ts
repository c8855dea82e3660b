import { htmlAnswer } from './answer.js';
import { judgeAuthorizeRequest } from './authorize-request.js';
import { renderConsentPage } from './consent-page.js';
import { refusedParameterAnswer } from './error-page.js';
import type { Operation } from './operation.js';

/** `GET /v2/auth/authorize/`: the page on which a person decides. Source: TikTok's `login-kit-web`, `login-kit-desktop`. */
export const authorize: Operation = {
  name: 'authorize',
  methods: ['GET'],
  errorShape: 'page',
  // Auth.js, Better Auth and arctic leave the trailing slash out here and work with TikTok; API paths need it.
  matches: (path) => path === '/v2/auth/authorize/' || path === '/v2/auth/authorize',
  run(call, world) {
    const outcome = judgeAuthorizeRequest(call.query, world);
    switch (outcome.kind) {
      case 'refused':
        return refusedParameterAnswer(outcome, call.logId);
      case 'accepted': {
        const { request } = outcome;
        const requestId = world.consentRequests.open(request);
        const page = renderConsentPage({ request, requestId, users: world.users.profiles() });
        return htmlAnswer(200, page, { kind: 'consent_asked', requestId, scopes: request.scopes });
      }
    }
  },
};
