// Comfort for writing on a request: what is written is kept as a draft by itself, and replies are found by their words.
// Without it there are buttons for both.
"use strict";
(function () {
  const PAUSE = 3000; // milliseconds without a key before a draft is kept
  const SIGNED_OUT = [401, 403];

  function keepDraft(form) {
    const told = form.querySelector("[data-saved]");
    const started = written(form);
    let kept = started;
    let timer = 0;
    let underWay = null;
    let leaving = false;

    async function keep(last = false) {
      clearTimeout(timer);
      const now = written(form);
      if (leaving || (underWay && !last) || now === kept) return;
      underWay = new AbortController();
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", keepalive: last,
          headers: { Accept: "application/json" }, signal: underWay.signal,
        });
        if (SIGNED_OUT.includes(answer.status) && told) told.textContent = told.dataset.unsaved;
        if (!answer.ok) throw new Error(String(answer.status));
        kept = now;
        if (told) told.textContent = (await answer.json()).saved;
      } catch (error) {
        if (!leaving) timer = setTimeout(keep, PAUSE * 3);
      } finally {
        underWay = null;
      }
      if (!leaving && written(form) !== kept) plan();
    }

    function plan() { clearTimeout(timer); timer = setTimeout(keep, PAUSE); }

    form.addEventListener("input", plan);
    form.addEventListener("focusout", () => keep());
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(true); });
    window.addEventListener("pagehide", () => keep(true));
    // What is being sent must not come back as a draft.
    form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); underWay?.abort(); });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("beforeunload", (event) => { if (!leaving && written(form) !== kept) event.preventDefault(); });
  }

  function written(form) {
    return Array.from(form.querySelectorAll("textarea, select"), (field) => field.value).join("\u0000");
  }

  function findReplies(library) {
    const search = library.querySelector("[data-search]");
    const field = search?.querySelector("input");
    if (!field) return;
    search.hidden = false;
    const lines = Array.from(library.querySelectorAll("[data-words]"));
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const line of lines) line.hidden = !words.every((word) => line.dataset.words.includes(word));
      library.querySelector("[data-nothing]").hidden = lines.some((line) => !line.hidden);
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll(".staff-library").forEach(findReplies);
})();
