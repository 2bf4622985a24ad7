// Asks the browser for a passkey and sends what it answers. Without it, password and code work as ever.
"use strict";

const way = window.PublicKeyCredential;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!way?.parseRequestOptionsFromJSON) continue; // a browser that cannot: the form stays hidden
  form.hidden = false;
  const around = form.closest("[data-passkey-needed]");
  if (around) around.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[role=alert]");
    trouble.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify(await asked(form));
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
}

function asked(form) {
  const options = JSON.parse(form.dataset.passkey);
  if (form.dataset.way !== "create") {
    return navigator.credentials.get({ publicKey: way.parseRequestOptionsFromJSON(options) });
  }
  return navigator.credentials.create({ publicKey: way.parseCreationOptionsFromJSON(options) });
}
