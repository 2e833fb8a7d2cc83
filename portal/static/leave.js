// The quick way out, faster than the form can be: the page is covered at once, the draft is destroyed behind it,
// and this page's place in the history is taken by the harmless one. Shift, pressed three times, does the same.
(() => {
  "use strict";
  const form = document.getElementById("exit");
  if (!form) return;
  const status = document.getElementById("exit-status");
  const presses = 3;
  const patience = 5000; // milliseconds between the first and the last press
  let left = presses;
  let timer;

  function leave() {
    document.documentElement.classList.add("leaving");
    document.title = "\u00a0";
    status.textContent = form.dataset.left0;
    window.leavingThePage = true; // draft.js must not keep anything now, nor finish what it began to keep
    dispatchEvent(new Event("leaving"));
    fetch(form.action, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
    location.replace(form.dataset.to);
  }

  function again() {
    left = presses;
    status.textContent = "";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });

  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || event.repeat) return;
    clearTimeout(timer);
    left -= 1;
    if (left === 0) return leave();
    status.textContent = left === 1 ? form.dataset.left1 : form.dataset.left2;
    timer = setTimeout(again, patience);
  });
  // Shift together with another key is writing, not leaving.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      clearTimeout(timer);
      again();
    }
  });

  // A page that the browser kept alive must not come back with the Back button: it is asked for anew.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  const errors = document.querySelector("[data-focus]");
  if (errors) errors.focus();
})();
