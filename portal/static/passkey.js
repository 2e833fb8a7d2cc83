// Passkeys: asks the browser for a key, puts what it signed into the form, and sends the form like any other.
// Without scripts, or where the browser knows no passkeys, the buttons stay hidden and codes from an app work.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  function toBytes(text) {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  }

  function toText(buffer) {
    const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }

  const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  const asks = {
    add(options) {
      const user = { ...options.user, id: toBytes(options.user.id) };
      const excludeCredentials = withBytes(options.excludeCredentials);
      const publicKey = { ...options, user, excludeCredentials, challenge: toBytes(options.challenge) };
      return navigator.credentials.create({ publicKey });
    },
    use(options) {
      const allowCredentials = withBytes(options.allowCredentials);
      const publicKey = { ...options, allowCredentials, challenge: toBytes(options.challenge) };
      return navigator.credentials.get({ publicKey });
    },
  };

  function asJson(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    const { id, type } = credential;
    return JSON.stringify({ id, rawId: toText(credential.rawId), type, response, clientExtensionResults: {} });
  }

  async function askAndSend(form) {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(form.dataset.options, { method: "POST", body });
    if (!answer.ok) throw new Error("no options");
    form.elements.credential.value = asJson(await asks[form.dataset.passkey](await answer.json()));
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const said = form.querySelector("[role=status]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      said.textContent = "";
      if (form.elements.name?.value.trim() === "") return form.submit(); // the page says what is missing
      askAndSend(form).catch(() => { said.textContent = form.dataset.failed; });
    });
  }
})();
