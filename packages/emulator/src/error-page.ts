import { type Answer, htmlAnswer } from './answer.js';
import type { RefusedParameter } from './authorize-request.js';
import { html } from './html.js';
import { type Page, renderPage } from './page.js';

/** TikTok's "Something went wrong" page, which names the parameter to correct; why is told by the emulator alone. */
export function refusedParameterAnswer(refusal: RefusedParameter, logId: string): Answer {
  const { parameter, reason } = refusal;
  return htmlAnswer(400, renderErrorPage({ parameter, reason, logId }), {
    kind: 'refused_parameter',
    parameter,
    reason,
  });
}

export function renderErrorPage(content: { parameter?: string; reason: string; logId: string }): Page {
  const { parameter, reason, logId } = content;
  const correction = html`<p class="lead">If you are the developer, correct the following and try again:</p>
<p class="lead"><strong><code>${parameter ?? ''}</code></strong></p>`;
  return renderPage({
    title: 'Something went wrong – TikTok emulator',
    main: html`<h1>Something went wrong</h1>
<p class="lead">We couldn't sign you in with TikTok.</p>
${parameter === undefined ? '' : correction}
<dl>
<dt>The emulator says why</dt><dd>${reason}</dd>
<dt>Log id</dt><dd><code>${logId}</code></dd>
</dl>`,
  });
}
