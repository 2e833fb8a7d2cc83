// A clock that also runs while the page is out of sight, where browsers let a page's own timers sleep for a minute.
setInterval(() => postMessage(null), 3000);
