// Comfort for staff pages; everything works without it.
"use strict";

const ASK_EVERY = 15000; // milliseconds

// Offers a link when more people wait than the page shows. The page itself never moves under the hand.
function offerNews(place) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.news, { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") clearInterval(timer); // signed out: the next click says so
    if (!answer?.ok) return;
    const news = await answer.json();
    const link = place.querySelector("a") || document.createElement("a");
    if (!news.new || link.textContent === news.sentence) return;
    link.href = place.dataset.show;
    link.textContent = news.sentence;
    place.replaceChildren(link);
  }, ASK_EVERY);
}

// Asks before a text that was not sent is left behind.
function keepUnsent(area) {
  const asThePageCame = area.value;
  let sending = false;
  area.form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && area.value !== asThePageCame) event.preventDefault();
  });
}

document.querySelectorAll("[data-news]").forEach(offerNews);
document.querySelectorAll("form:not([data-draft]) textarea").forEach(keepUnsent);
document.querySelector("[data-focus]")?.focus();
