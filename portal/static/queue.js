// Comfort only: shows what happens in the queue without the page being loaded again, and moves nothing under the hand.
// Without it a link loads the page again.
"use strict";
(function () {
  const EVERY = 1000; // milliseconds
  const SLOWEST = 15000;
  const SIGNED_OUT = [401, 403];
  const NO_LONGER = [404, 410];
  // Nothing is put in under a press: it would never arrive at a button that is no longer there.
  const BUSY = "[aria-busy=true], a:active, button:active, summary:active, input:active";
  const queue = document.querySelector("[data-queue]");
  if (!queue) return;
  const news = document.getElementById("q-news");
  let failures = 0;
  let waiting = null; // rows that came while the hand was in the list

  const list = () => document.getElementById("q-list");
  const rows = (place) => Array.from(place.querySelectorAll("[data-ref]"));
  const said = (one, some, number) => number === 1 ? list().dataset[one] : list().dataset[some].replace("{0}", number);

  function plan() { setTimeout(look, Math.min(EVERY * 2 ** failures, SLOWEST)); }

  async function look() {
    if (document.hidden) { plan(); return; }
    const shown = list();
    const address = `${shown.dataset.liveAt}&mark=${encodeURIComponent(shown.dataset.mark)}`;
    try {
      const answer = await fetch(address, { redirect: "manual", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      // Signed out, or a role is gone: what one may no longer see leaves the screen.
      if (answer.type === "opaqueredirect" || SIGNED_OUT.includes(answer.status)) { location.reload(); return; }
      if (NO_LONGER.includes(answer.status)) { live(false); return; }
      if (answer.status === 200) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else if (answer.status !== 204) throw new Error(String(answer.status));
      failures = 0;
      live(true);
    } catch (error) {
      failures += 1;
      if (failures > 2) live(false);
    }
    plan();
  }

  function live(works) {
    for (const place of document.querySelectorAll("[data-live-says]")) place.hidden = !works;
  }

  function show(page) {
    const fresh = page.getElementById("q-list");
    if (!fresh || document.querySelector(BUSY)) return;
    const known = new Set(rows(list()).map((row) => row.dataset.ref));
    const arrived = rows(fresh).filter((row) => !known.has(row.dataset.ref)).length;
    const held = handIsThere();
    const called = calls();
    list().dataset.mark = fresh.dataset.mark;
    keepStill(held, () => {
      for (const part of document.querySelectorAll("[data-swap]")) {
        const other = page.getElementById(part.id);
        if (other) swap(part, other);
      }
      if (held) keepPlaces(fresh, arrived); else replace(fresh, arrived);
    });
    if (calls() !== called) document.dispatchEvent(new Event("queue-news"));
  }

  // What stands above the list may grow but not shrink under the hand, and the page scrolls by what it grew.
  function keepStill(held, change) {
    const above = Array.from(document.querySelectorAll("[data-swap]"));
    for (const part of above) part.style.minBlockSize = held ? `${part.getBoundingClientRect().height}px` : "";
    const before = list().getBoundingClientRect().top;
    const root = document.documentElement;
    root.style.overflowAnchor = "none"; // or the browser scrolls by the same length once more
    change();
    if (held) scrollBy({ top: list().getBoundingClientRect().top - before, behavior: "instant" });
    requestAnimationFrame(() => { root.style.overflowAnchor = ""; });
  }

  // A row must not move while somebody is about to press it: the hand, the focus or a tick is in the list, or the
  // page is scrolled into it.
  function handIsThere() {
    const place = list();
    return place.matches(":hover") || place.contains(document.activeElement) || scrolled(place) ||
      place.querySelector("input[name=chosen]:checked") !== null;
  }

  function scrolled(place) { return place.getBoundingClientRect().top < 0; }

  function keepPlaces(fresh, arrived) {
    const now = new Map(rows(fresh).map((row) => [row.dataset.ref, row]));
    for (const row of rows(list())) {
      const other = now.get(row.dataset.ref);
      row.classList.toggle("q-row-gone", !other);
      if (!other) say(row, list().dataset.gone);
      else if (!row.contains(document.activeElement)) update(row, other);
    }
    waiting = fresh;
    offer(arrived);
  }

  function update(row, other) {
    for (const part of [".staff-row-time", ".staff-row-who", ".badges", ".q-first"]) {
      const here = row.querySelector(part);
      const there = other.querySelector(part);
      if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...Array.from(there.childNodes, (node) => node.cloneNode(true)));
    }
    row.className = other.className;
  }

  function say(row, words) {
    const who = row.querySelector(".staff-row-who");
    if (who.dataset.gone) return;
    const line = document.createElement("p");
    line.textContent = words;
    who.replaceChildren(line);
    who.dataset.gone = "yes";
  }

  function offer(arrived) {
    if (!arrived) { if (news.querySelector("button")) news.replaceChildren(); return; }
    const words = said("showOne", "showSome", arrived);
    const button = news.querySelector("button") || document.createElement("button");
    if (button.textContent === words) return;
    button.type = "button";
    button.className = "button-text";
    button.textContent = words;
    button.onclick = () => {
      replace(waiting, 0);
      news.replaceChildren();
      queue.querySelector("#q-rows a")?.focus({ preventScroll: true });
      queue.scrollIntoView({ block: "start" });
    };
    if (!button.isConnected) news.replaceChildren(button);
  }

  function replace(fresh, arrived) {
    const known = new Set(rows(list()).map((row) => row.dataset.ref));
    list().replaceChildren(...Array.from(fresh.childNodes, (node) => node.cloneNode(true)));
    list().dataset.mark = fresh.dataset.mark;
    waiting = null;
    if (!arrived) { if (news.querySelector("button")) news.replaceChildren(); return; }
    for (const row of rows(list())) row.classList.toggle("q-row-new", !known.has(row.dataset.ref));
    news.textContent = said("one", "some", arrived);
  }

  // What has the focus stays where it is in the page's order.
  function swap(part, other) {
    for (const name of Object.keys(other.dataset)) part.dataset[name] = other.dataset[name];
    part.className = other.className;
    if (part.innerHTML === other.innerHTML) return;
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    part.replaceChildren(...other.childNodes);
    if (!held) return;
    const same = Array.from(part.querySelectorAll("a, button")).find((each) => each.textContent === held.textContent);
    if (!same) part.tabIndex = -1;
    (same || part).focus({ preventScroll: true });
  }

  // The sound is every page's (alarms.js); here its news comes first.
  function calls() {
    return `${document.getElementById("q-band")?.dataset.danger}|${document.getElementById("q-alerts")?.dataset.alerts}`;
  }

  document.addEventListener("visibilitychange", () => { failures = 0; });
  plan();
})();
