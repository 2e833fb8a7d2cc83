// Comfort for staff pages; everything works without it.
"use strict";

// Asks before a text that was not sent is left behind.
function keepUnsent(area) {
  const asThePageCame = area.value;
  let sending = false;
  area.form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && area.value !== asThePageCame) event.preventDefault();
  });
}

document.querySelectorAll("form:not([data-draft]) textarea").forEach(keepUnsent);
// What was done or stands in the way is read first, unless the address already points further down.
if (!location.hash) document.querySelector("[data-focus]")?.focus();
