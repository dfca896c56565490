// The server's answers. Addresses are relative to the page, so that it can stand below any path.

const BASE = new URL("../", import.meta.url);
let token = "";

/** An answer that is no success: `status`, and what the server says in `body`. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? `HTTP ${status}`);
    this.status = status;
    this.body = body ?? {};
  }
}

export const address = (path, query = {}) => {
  const url = new URL(path, BASE);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
};

async function answered(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export async function get(path, query, signal) {
  return answered(await fetch(address(path, query), {signal}));
}

export async function post(path, body, signal) {
  const headers = {"Content-Type": "application/json", "X-AMTS-Token": token};
  const xsrf = document.cookie.match(/(?:^|; )_xsrf=([^;]+)/);
  if (xsrf) headers["X-XSRFToken"] = xsrf[1];  // Jupyter's, where the page stands below it
  return answered(await fetch(address(path), {method: "POST", headers, body: JSON.stringify(body), signal, keepalive: path === "api/editing"}));
}

/** The session; its token goes with every writing request from here on. */
export async function session() {
  const found = await get("api/session");
  token = found.token;
  return found;
}
