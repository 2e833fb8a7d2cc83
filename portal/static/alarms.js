// Comfort for staff pages; everything works without it. Alarms of colleagues show on every open page, and one key calls.
"use strict";
(function () {
  const ASK_EVERY = 3000; // milliseconds
  const TWICE_WITHIN = 1000;
  let failures = 0;

  async function look() {
    const place = document.querySelector("[data-watch]");
    if (!place) return;
    let wait = ASK_EVERY;
    try {
      const answer = await fetch(place.dataset.watch, { redirect: "manual", signal: AbortSignal.timeout(10000) });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return;
      if (answer.status === 200) show(place, await answer.text());
      failures = 0;
    } catch (error) {
      failures += 1;
      wait = Math.min(ASK_EVERY * 2 ** failures, 60000);
    }
    setTimeout(look, wait);
  }

  function show(place, text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("alarms");
    if (!fresh) return;
    place.dataset.watch = fresh.dataset.watch;
    place.replaceChildren(...fresh.childNodes);
  }

  // The page stays, so that nothing that is being written is lost in the worst moment.
  async function call(form) {
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.className = "staff-alarm-said";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Stay": "yes" } });
      if (answer.status !== 204) throw new Error(String(answer.status));
      said.textContent = form.dataset.alarm;
      form.after(said);
    } catch (error) {
      form.submit();
    }
  }

  const form = document.querySelector("form[data-alarm]");
  if (form) {
    let last = 0;
    form.addEventListener("submit", (event) => { event.preventDefault(); call(form); });
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const twice = event.key === "!" && !writing && event.timeStamp - last < TWICE_WITHIN;
      if (event.key === "!") last = event.timeStamp;
      if (twice || (event.altKey && event.shiftKey && event.code === "KeyL")) {
        event.preventDefault();
        last = 0;
        call(form);
      }
    });
  }
  setTimeout(look, ASK_EVERY);
})();
