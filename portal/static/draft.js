// Keeps what is being written when the writer pauses, leaves for another page or puts the page aside, so that it is
// there on return, also after a reload or when the phone has gone dead.
// Forms that want this name the address in data-keep; without scripts the last sent form is what is kept.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  let kept = new URLSearchParams(new FormData(form)).toString();
  let sending = false;
  let pause;
  let underway;
  const pauseLength = 1000; // milliseconds without a key

  function keep() {
    if (sending || window.leavingThePage) return;
    const now = new URLSearchParams(new FormData(form)).toString();
    if (now === kept) return;
    kept = now;
    underway = new AbortController();
    fetch(form.dataset.keep, {
      method: "POST", keepalive: true, credentials: "same-origin", body: new URLSearchParams(now), signal: underway.signal,
    }).catch(() => {});
  }

  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(keep, pauseLength);
  });
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("leaving", () => underway?.abort()); // its answer must not bring the cookie back
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
  addEventListener("pageshow", () => { sending = false; });
})();
