// Keeps what is being written when the page is left for another one or put aside, so that it is there on return.
// Forms that want this name the address in data-keep; without scripts the last sent form is what is kept.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  let kept = new URLSearchParams(new FormData(form)).toString();
  let sending = false;

  function keep() {
    if (sending || window.leavingThePage) return;
    const now = new URLSearchParams(new FormData(form)).toString();
    if (now === kept) return;
    kept = now;
    fetch(form.dataset.keep, { method: "POST", keepalive: true, credentials: "same-origin", body: new URLSearchParams(now) }).catch(() => {});
  }

  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
  addEventListener("pageshow", () => { sending = false; });
})();
