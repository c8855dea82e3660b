import { page } from './page.js';
import { describeScope } from './scope-words.js';

export interface MessageProps {
  readonly title: string;
  readonly text: string;
  /** Shown as a list in plain words. */
  readonly missingScopes?: readonly string[];
  /** The way on. */
  readonly action?: Action;
  /** Another way on. */
  readonly alternative?: Action;
  /** Joins this page with the log. */
  readonly reference?: string | undefined;
}

interface Action {
  readonly label: string;
  readonly href: string;
}

/** Says what happened and what can be done. */
export function messagePage({ title, text, missingScopes = [], action, alternative, reference }: MessageProps): string {
  return page(
    title,
    <section class="card">
      <h1>{title}</h1>
      <p>{text}</p>
      {missingScopes.length === 0 ? null : (
        <ul class="scopes">
          {missingScopes.map((scope) => (
            <li key={scope}>{describeScope(scope)}</li>
          ))}
        </ul>
      )}
      <p class="actions">
        {action === undefined ? null : (
          <a class="button" href={action.href}>
            {action.label}
          </a>
        )}
        {alternative === undefined ? null : (
          <a class="button quiet" href={alternative.href}>
            {alternative.label}
          </a>
        )}
      </p>
      {reference === undefined ? null : (
        <p class="hint">
          Reference: <code>{reference}</code>
        </p>
      )}
    </section>,
  );
}
