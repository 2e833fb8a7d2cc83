// Comfort only: single keys for the queue. They are off while one writes or has a modifier down, and can be switched off.
"use strict";
(function () {
  const queue = document.querySelector("[data-queue]");
  const help = document.getElementById("q-keys");
  if (!queue || queue.dataset.keys !== "on") return;

  const rows = () => Array.from(queue.querySelectorAll("[data-ref]:not(.q-row-gone)"));
  const current = () => document.activeElement?.closest?.("[data-ref]");
  const writes = (place) => place.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(current());
    const there = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
    there.querySelector("h2 a").focus();
    there.scrollIntoView({ block: "nearest" });
  }

  const ACTS = {
    j: () => move(1),
    k: () => move(-1),
    o: () => current()?.querySelector("h2 a").click(),
    c: () => current()?.querySelector(".staff-row-who button")?.click(),
    n: () => queue.querySelector("[data-next]")?.click(),
    x: () => current()?.querySelector("input[name=chosen]")?.click(),
    "/": () => queue.querySelector("[data-search]").focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open || writes(event.target)) return;
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const button = document.querySelector("[data-show-keys]");
  if (button) { button.hidden = false; button.addEventListener("click", () => help.showModal()); }
})();
