// The requests to the server extension, as Jupyter's own: with its token and its XSRF token.

/** An answer that is no success: `status`, and what the server says in `body`. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.message || (status === 404
      ? "The server has no translation preview; install it beside Jupyter: pip install 'amts-ext[jupyterlab]'"
      : `HTTP ${status}`));
    this.status = status;
    this.body = body;
  }
}

/** A function that posts JSON to a path below `base_url` and gives back the answer's. */
export function asked(ServerConnection, settings) {
  const url = path => new URL(path, new URL(settings.baseUrl, location.href)).href;
  async function post(path, body, init = {}) {
    const response = await ServerConnection.makeRequest(url(path), {
      method: "POST", body: JSON.stringify(body), headers: {"Content-Type": "application/json"}, ...init,
    }, settings);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, answer ?? {});
    return answer;
  }
  return {url, post};
}
