// Comfort only: tells the others that this request is still open here, and shows who else has it open.
"use strict";
(function () {
  const EVERY = 10000; // milliseconds; a look lapses after thirty seconds

  async function look() {
    const place = document.getElementById("looking");
    if (!place) return;
    if (!document.hidden) {
      const answer = await fetch(place.dataset.looking, { redirect: "manual" }).catch(() => null);
      if (answer?.type === "opaqueredirect") return;
      if (answer?.ok) {
        const other = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("looking");
        if (other && other.textContent !== place.textContent) place.textContent = other.textContent;
      }
    }
    setTimeout(look, EVERY);
  }
  setTimeout(look, EVERY);
})();
