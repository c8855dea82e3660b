import { avatarPath, initialsOf } from './avatar.js';
import type { ConsentRequest } from './consent-requests.js';
import { type Html, html } from './html.js';
import { type Page, renderPage } from './page.js';
import { scopeLabel } from './scopes.js';
import type { EmulatorUser } from './user.js';

/** Where the page posts the decision. */
export const CONSENT_PATH = '/v2/auth/authorize/consent/';

/** The page that asks: who signs in, what the app may do, yes or no. Works without script. */
export function renderConsentPage(content: {
  request: ConsentRequest;
  requestId: string;
  users: readonly EmulatorUser[];
}): Page {
  const { request, requestId, users } = content;
  const { name } = request.client;
  return renderPage({
    title: `Authorize ${name} – TikTok emulator`,
    main: html`<div class="app" aria-hidden="true">${initialsOf(name).slice(0, 2)}</div>
<h1>${name} wants to access your TikTok account</h1>
<p class="lead">Choose what it may do. You can say no to any of it.</p>
<form method="post" action="${CONSENT_PATH}">
<input type="hidden" name="request" value="${requestId}">
<fieldset>
<legend>You are signing in as</legend>
${renderAccounts(users)}
</fieldset>
<fieldset>
<legend>${name} would like to</legend>
${request.scopes.map(renderScope)}
</fieldset>
<button class="primary" type="submit" name="decision" value="authorize">Authorize</button>
<button type="submit" name="decision" value="cancel">Cancel</button>
</form>
<p class="note">Either way you go back to ${request.redirectUri}</p>`,
  });
}

function renderAccounts(users: readonly EmulatorUser[]): Html[] {
  const [only, ...others] = users;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [
      html`<div class="account">${renderPerson(only)}<input type="hidden" name="user" value="${only.username}"></div>`,
    ];
  }
  return users.map(
    (user, index) => html`<label>${renderPerson(user)}<input type="radio" name="user" value="${user.username}"${
      index === 0 ? html` checked` : ''
    }></label>
`,
  );
}

/** The generated picture even where the user has another: that one may be on an origin this page does not load from. */
function renderPerson(user: EmulatorUser): Html {
  return html`<img src="${avatarPath(user, 100)}" alt="" width="40" height="40"><span>${user.displayName}<small>@${user.username}</small></span>`;
}

function renderScope(scope: string): Html {
  return html`<label><span>${scopeLabel(scope)}<small>${scope}</small></span><input type="checkbox" role="switch" name="scope" value="${scope}" checked></label>
`;
}
