// Comfort only: shows what the other side has written without the page being loaded again. A page that has something to
// ask for holds [data-live]; news come as the page itself, of which new lines and the parts marked data-part are taken.
"use strict";
(function () {
  const SLOWEST = 15000; // milliseconds
  const NO_LONGER = [401, 403, 404, 410];
  let failures = 0;

  function plan(every) { setTimeout(look, Math.min(every * 2 ** failures, SLOWEST)); }

  async function look() {
    const live = document.querySelector("[data-live]");
    const every = Number(live?.dataset.every) || 1000;
    if (!live || document.hidden) { plan(every); return; }
    const address = live.dataset.live;
    try {
      const answer = await fetch(address, { redirect: "manual", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (answer.type === "opaqueredirect" || NO_LONGER.includes(answer.status)) { offerReload(true); return; }
      if (answer.status === 200) show(new DOMParser().parseFromString(await answer.text(), "text/html"), address);
      else if (answer.status !== 204) throw new Error(String(answer.status));
      failures = 0;
      offerReload(false);
    } catch (error) {
      failures += 1;
      offerReload(true);
    }
    plan(every);
  }

  // What may not be put in under a press: it would never arrive at a button that is no longer there.
  const BUSY = "[aria-busy=true], a:active, button:active, summary:active, input:active";

  // News for a page that has changed meanwhile, or is being pressed, are dropped; they come again with the next look.
  function show(page, address) {
    if (document.querySelector("[data-live]")?.dataset.live !== address || document.querySelector(BUSY)) return;
    const log = document.getElementById("talk");
    const fresh = page.getElementById("talk");
    if (log && fresh) addLines(log, fresh);
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = page.getElementById(part.id);
      if (other) swap(part, other);
    }
  }

  function addLines(log, fresh) {
    const known = new Map(Array.from(log.children, (line) => [line.dataset.line, line]));
    const atTheEnd = log.getBoundingClientRect().bottom < innerHeight + 200;
    let before = null;
    let last = null;
    for (const line of Array.from(fresh.children)) {
      let here = known.get(line.dataset.line);
      if (!here) {
        here = last = line;
        if (before) before.after(line); else log.prepend(line);
      }
      before = here;
    }
    if (last && atTheEnd) last.scrollIntoView({ block: "nearest" });
  }

  // The button under the hand stays there, so that nobody using a keyboard is thrown out of the page's order.
  function swap(part, other) {
    if (part.innerHTML === other.innerHTML) return;
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    part.replaceChildren(...other.childNodes);
    if (!held) return;
    const same = Array.from(part.querySelectorAll("a, button")).find((each) => each.textContent === held.textContent);
    const place = same || part;
    if (!same) part.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  function offerReload(needed) {
    for (const hint of document.querySelectorAll("[data-reload]")) hint.hidden = !needed;
  }

  document.addEventListener("visibilitychange", () => { failures = 0; });
  plan(0);
})();
