// What is told: to screen readers, for a moment, or until it is no longer so.

import {$, make} from "./dom.js";
import {label, say, t} from "./words.js";

let clearing = 0;

/** Tell a screen reader. */
export function announce(key, values) {
  const live = $("live");
  live.textContent = "";
  // A text that is set at once after another is not read.
  setTimeout(() => { live.textContent = t(key, values); }, 30);
}

/** Tell everybody for some seconds; with an action, a button. */
export function toast(key, values, action = null) {
  const box = $("toast");
  clearTimeout(clearing);
  box.replaceChildren(say(make("span"), key, values));
  if (action) {
    box.append(say(make("button", {type: "button", onclick: () => { box.hidden = true; action.work(); }}), action.key));
  }
  box.hidden = false;
  announce(key, values);
  clearing = setTimeout(() => { box.hidden = true; }, action ? 9000 : 5000);
}

/** Tell until `settle(name)`, or until a person closes it. */
export function notice(name, key, values, action = null) {
  settle(name);
  const close = label(make("button", {type: "button", class: "quiet", onclick: () => settle(name)}, "×"), "close");
  const button = action && say(make("button", {type: "button", onclick: action.work}), action.key);
  $("notices").append(make("div", {class: "notice", "data-name": name, role: "alert"}, say(make("span"), key, values), button, close));
}

export function settle(name) {
  for (const element of $("notices").querySelectorAll(`[data-name="${name}"]`)) element.remove();
}

/** Tell what the server refused, in its own words. */
export function failed(error) {
  if (error.name === "AbortError") return;
  if (error.status) notice("failed", "failed", {message: error.message});
  else notice("failed", "unreachable");
}
