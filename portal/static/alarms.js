// What must be seen and heard on every open staff page: danger that nobody has taken, and alarms of colleagues; one key
// calls. Without it everything stands on each page that is loaded, and makes no sound.
"use strict";
(function () {
  const ASK_EVERY = 3000; // milliseconds
  const SLOWEST = 60000;
  const TWICE_WITHIN = 1000;
  const AGAIN_AFTER = 120000; // what still calls is heard again
  const OFF = "danger sound off";
  const SOUNDED = "danger sounded";
  const place = document.getElementById("alarms");
  let failures = 0;
  let asking = false;
  let notBefore = 0;

  async function look() {
    if (asking || Date.now() < notBefore) return;
    asking = true;
    try {
      const answer = await fetch(place.dataset.watch, { redirect: "manual", signal: AbortSignal.timeout(10000) });
      const signedOut = answer.type === "opaqueredirect" || [401, 403].includes(answer.status);
      says("signed-out", signedOut);
      if (answer.status === 200) show(await answer.text());
      else if (answer.status !== 204 && !signedOut) throw new Error(String(answer.status));
      failures = 0;
      notBefore = signedOut ? Date.now() + SLOWEST : 0;
    } catch (error) {
      failures += 1;
      notBefore = Date.now() + Math.min(ASK_EVERY * 2 ** failures, SLOWEST);
    }
    says("silent", failures > 2);
    asking = false;
    ring();
  }

  // Nothing comes or goes under a press: the button would be somewhere else when the hand lets go. It waits for the
  // next look; a press is also what lets the sound through, and so would itself take a line away.
  const pressed = () => document.querySelector("a:active, button:active, summary:active, input:active, label:active, select:active") !== null;

  function says(what, so) {
    const line = place.querySelector(`[data-says="${what}"]`);
    if (line && line.hidden === so && !pressed()) line.hidden = !so;
  }

  // Only the part that has changed is put in, so that nothing is said twice; what is below stays under the hand.
  function show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("alarms");
    if (!fresh || pressed()) return;
    place.dataset.watch = fresh.dataset.watch;
    place.dataset.sounds = fresh.dataset.sounds;
    keepStill(() => {
      for (const part of place.querySelectorAll("[data-mark]")) {
        const other = fresh.querySelector(`#${part.id}`);
        if (other && other.dataset.mark !== part.dataset.mark) swap(part, other);
      }
    });
    title();
  }

  function keepStill(change) {
    const below = place.nextElementSibling;
    const before = below?.getBoundingClientRect().top;
    const root = document.documentElement;
    root.style.overflowAnchor = "none";
    change();
    if (below) scrollBy({ top: below.getBoundingClientRect().top - before, behavior: "instant" });
    requestAnimationFrame(() => { root.style.overflowAnchor = ""; });
  }

  function swap(part, other) {
    part.dataset.mark = other.dataset.mark;
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    part.replaceChildren(...other.childNodes);
    if (!held) return;
    const same = Array.from(part.querySelectorAll("a, button")).find((each) => each.textContent === held.textContent);
    if (!same) part.tabIndex = -1;
    (same || part).focus({ preventScroll: true });
  }

  const named = document.title;
  function title() { document.title = sounds().some((each) => !each.startsWith("once-")) ? `(!) ${named}` : named; }

  // The sound: once for each thing, whichever of this browser's pages comes first, and again while nobody has taken it.
  const sounds = () => (place.dataset.sounds || "").split(" ").filter(Boolean);
  const kept = (name) => { try { return localStorage.getItem(name); } catch (error) { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch (error) { /* for this page only */ } };
  let off = kept(OFF) === "yes";
  let heard = {};
  let audio = null;

  function ring() {
    const now = Date.now();
    try { heard = { ...heard, ...JSON.parse(kept(SOUNDED) || "{}") }; } catch (error) { /* written by nobody of ours */ }
    const due = sounds().filter((each) => !(each in heard) || (!each.startsWith("once-") && now - heard[each] >= AGAIN_AFTER));
    says("blocked", !off && !awake() && document.querySelector("[data-sound]") !== null);
    if (off || !due.length || !awake()) return;
    heard = Object.fromEntries(sounds().map((each) => [each, due.includes(each) ? now : heard[each]]));
    keep(SOUNDED, JSON.stringify(heard));
    play();
  }

  const awake = () => audio?.state === "running";

  // Browsers let a page sound only when somebody has pressed something on it.
  async function wake() {
    try {
      audio = audio || new AudioContext();
      audio.onstatechange = ring;
      if (!awake()) await audio.resume();
    } catch (error) {
      // A browser without sound shows the band all the same.
    }
  }

  function play() {
    place.dataset.sounded = String(Number(place.dataset.sounded || 0) + 1);
    for (const [start, pitch] of [[0, 660], [0.22, 880], [0.6, 660], [0.82, 880]]) tone(start, pitch);
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

  function choice() {
    const box = document.querySelector("[data-sound]");
    if (!box) return;
    const shown = () => { for (const each of box.querySelectorAll("[data-sound-is]")) each.hidden = (each.dataset.soundIs === "on") === off; };
    box.hidden = false;
    shown();
    box.querySelector("[data-sound-switch]").addEventListener("click", () => {
      off = !off;
      keep(OFF, off ? "yes" : "no");
      shown();
      ring();
    });
    box.querySelector("[data-sound-try]").addEventListener("click", async () => { await wake(); if (awake()) play(); });
    addEventListener("storage", (event) => { if (event.key === OFF) { off = event.newValue === "yes"; shown(); ring(); } });
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wake, { capture: true, passive: true });
    wake();
    setTimeout(ring, 700);
  }

  function tick() {
    const plainly = () => setInterval(look, ASK_EVERY);
    try {
      const ticker = new Worker(place.dataset.ticker);
      ticker.onmessage = look;
      ticker.onerror = plainly;
    } catch (error) {
      plainly();
    }
    document.addEventListener("queue-news", look);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { notBefore = 0; look(); } });
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

  if (place) {
    title();
    choice();
    tick();
  }
})();
