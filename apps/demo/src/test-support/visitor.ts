/** A browser without a screen: keeps cookies per host, follows redirects when told to, remembers all it was shown. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Every header and body that came, for what must not be in them. */
  readonly seen: string[] = [];

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#request(url, { headers });
  }

  async post(url: string, form: Readonly<Record<string, string>>): Promise<Page> {
    return this.#request(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** Follows redirects until a page comes. */
  async visit(url: string): Promise<Page> {
    let page = await this.get(url);
    for (let hops = 0; page.location !== undefined && hops < 10; hops++) page = await this.get(page.location);
    return page;
  }

  /** A second browser that took this one's cookies. */
  clone(): Visitor {
    const copy = new Visitor();
    for (const [host, jar] of this.#cookies) copy.#cookies.set(host, new Map(jar));
    return copy;
  }

  async #request(url: string, init: RequestInit): Promise<Page> {
    const { hostname } = new URL(url);
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>();
    this.#cookies.set(hostname, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string> | undefined), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const body = await response.text();
    this.seen.push(JSON.stringify([...response.headers]), body);
    const setCookies = response.headers.getSetCookie();
    for (const line of setCookies) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      status: response.status,
      headers: response.headers,
      body,
      setCookies,
      location: location === null ? undefined : new URL(location, url).href,
    };
  }
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly setCookies: readonly string[];
  readonly location: string | undefined;
}
