// Why something did not work, and the way on: another token, or what the server says.

import { Refusal, useToken } from "./server.js";

const byId = (id) => document.getElementById(id);

/** What to do again with another token. */
let again = () => {};

/** Says where people look why something did not work, or asks for a token to do it again with. */
export function show(error, place, retry) {
  if (error instanceof Refusal && error.isAboutToken) {
    again = retry;
    askForToken(error.message);
  } else {
    byId(place).textContent = error.message;
    byId(place).hidden = false;
  }
}

function askForToken(message) {
  byId("access").hidden = false;
  byId("token-problem").textContent = message;
  byId("token").setAttribute("aria-invalid", String(byId("token").value !== ""));
  byId("token").focus();
  byId("token").select();
}

/** Passes on the answer to a call that the server allowed. */
export function allowed(content) {
  byId("access").hidden = true;
  byId("token").value = "";
  return content;
}

byId("access").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("token-problem").textContent = "";
  const problem = useToken(byId("token").value);
  if (problem) askForToken(problem);
  else again();
});
