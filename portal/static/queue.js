// Comfort only: shows what happens in the queue without the page being loaded again, moves nothing under the hand, and
// sounds when there is danger. Without it a link loads the page again.
"use strict";
(function () {
  const EVERY = 1000; // milliseconds
  const SLOWEST = 15000;
  const SIGNED_OUT = [401, 403];
  const NO_LONGER = [404, 410];
  const KNOWN = "queue danger known";
  const queue = document.querySelector("[data-queue]");
  if (!queue) return;
  const news = document.getElementById("q-news");
  const sound = queue.dataset.sound === "on";
  let failures = 0;
  let waiting = null; // rows that came while the hand was in the list
  let audio = null;

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
    if (!fresh || document.querySelector("[aria-busy=true]")) return;
    const known = new Set(rows(list()).map((row) => row.dataset.ref));
    const arrived = rows(fresh).filter((row) => !known.has(row.dataset.ref)).length;
    const held = handIsThere();
    list().dataset.mark = fresh.dataset.mark;
    keepStill(held, () => {
      for (const part of document.querySelectorAll("[data-swap]")) {
        const other = page.getElementById(part.id);
        if (other) swap(part, other);
      }
      if (held) keepPlaces(fresh, arrived); else replace(fresh, arrived);
    });
    alarm();
  }

  // What stands above the list may grow but not shrink under the hand, and the page scrolls by what it grew.
  function keepStill(held, change) {
    const above = Array.from(document.querySelectorAll("[data-swap]"));
    for (const part of above) part.style.minBlockSize = held ? `${part.offsetHeight}px` : "";
    const before = list().getBoundingClientRect().top;
    change();
    if (held) scrollBy({ top: list().getBoundingClientRect().top - before, behavior: "instant" });
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

  // Each request sounds once in this browser window, also when the page is loaded again.
  function alarm() {
    const danger = document.getElementById("q-band")?.dataset.danger || "";
    const overdue = document.getElementById("q-alerts")?.dataset.alerts || "";
    const there = [...danger.split(" "), ...overdue.split(" ").filter(Boolean).map((each) => `late ${each}`)].filter(Boolean);
    const before = new Set((sessionStorage.getItem(KNOWN) || "").split("|"));
    sessionStorage.setItem(KNOWN, there.join("|"));
    if (sound && there.some((each) => !before.has(each))) play();
  }

  function play() {
    queue.dataset.sounded = String(Number(queue.dataset.sounded || 0) + 1);
    try {
      audio = audio || new AudioContext();
      if (audio.state === "suspended") audio.resume();
      for (const [start, pitch] of [[0, 660], [0.22, 880], [0.6, 660], [0.82, 880]]) tone(start, pitch);
    } catch (error) {
      // A browser without sound shows the band all the same.
    }
  }

  function tone(start, pitch) {
    const at = audio.currentTime + start;
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    voice.connect(volume).connect(audio.destination);
    voice.start(at);
    voice.stop(at + 0.22);
  }

  const attempt = document.querySelector("[data-try-sound]");
  if (attempt) { attempt.hidden = false; attempt.addEventListener("click", play); }
  document.addEventListener("visibilitychange", () => { failures = 0; });
  alarm();
  plan();
})();
