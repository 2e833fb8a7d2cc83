// Comfort only: the talk is a form that works without this. Posts it in the background and swaps the page's main part.
"use strict";
(function () {
  function form() { return document.getElementById("say"); }
  let busy = false;

  async function post(event) {
    const say = event.target;
    const pressed = event.submitter;
    if (say.id !== "say" || busy || !window.fetch || (pressed && pressed.name === "switch_to")) return;
    event.preventDefault();
    busy = true;
    const data = new FormData(say);
    if (pressed && pressed.name) {
      data.set(pressed.name, pressed.value);
    }
    const draft = pressed && pressed.name ? document.getElementById("text").value : "";
    document.getElementById("chat").setAttribute("aria-busy", "true");
    try {
      const response = await fetch(say.action, { method: "POST", body: data, headers: { Accept: "text/html" } });
      if (new URL(response.url).pathname !== new URL(say.action).pathname) { location.assign(response.url); return; }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      swap(page, draft);
    } catch (error) {
      say.submit(); // the ordinary way shows what went wrong, and keeps the text
    } finally {
      busy = false;
    }
  }

  function swap(page, draft) {
    const fresh = page.getElementById("chat");
    const old = document.getElementById("chat");
    if (!fresh) { document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes); return; }
    const log = document.getElementById("talk");
    const freshLog = fresh.querySelector("#talk");
    const region = log && log.parentElement;
    if (log && freshLog) {
      // Keep the living log, so that screen readers hear only the lines that are new.
      const added = newLines(log, freshLog);
      if (freshLog.children.length < log.children.length) log.replaceChildren(...freshLog.children); else log.append(...added);
      freshLog.parentElement.replaceWith(region);
    }
    old.replaceChildren(...fresh.childNodes);
    old.removeAttribute("aria-busy");
    const text = document.getElementById("text");
    if (text) { if (draft) text.value = draft; }
    const last = document.querySelector("#talk > :last-child");
    const alert = document.querySelector("[data-focus]");
    if (alert) alert.focus();
    else if (last) last.scrollIntoView({ block: "start" });
    if (text && !alert && !matchMedia("(pointer: coarse)").matches) text.focus({ preventScroll: true });
  }

  function newLines(log, fresh) {
    const old = Array.from(log.children);
    const known = new Set(old.map((line) => line.dataset.line));
    return Array.from(fresh.children).filter((line, place) => {
      if (known.has(line.dataset.line)) return false;
      // The bot's first lines get their moment only when the talk is first kept.
      const same = old[place] && old[place].textContent === line.textContent;
      if (same) old[place].dataset.line = line.dataset.line;
      return !same;
    });
  }

  document.addEventListener("submit", post);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.id === "text") {
      event.preventDefault();
      form().requestSubmit(document.getElementById("say-button"));
    }
  });
})();
