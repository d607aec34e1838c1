// Whether footload still answers: said on every page, asked again every second, and all is as before when it does.
(function () {
  const usual = window.fetch.bind(window);
  const ASK = "/assets/told.css", EVERY_MS = 1000, SHOWN_MS = 8000;
  let place = null, lost = false, stuck = false, owed = false;

  function say(text, kind) {
    if (!place) {
      place = Object.assign(document.createElement("div"), { id: "connection" });
      place.setAttribute("role", "alert");
      document.body.append(place);
    }
    place.className = `connection notice notice-${kind}`;
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  }

  async function ask() {
    try {
      const answer = await usual(ASK, { cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) {
        say("footload was started anew and does not know this page any more. Open the address that it showed when it started, or sign in again.", "bad");
      } else if (answer.ok) { back(); return; }
    } catch { say("footload does not answer. What stands here may be old; this page goes on by itself as soon as footload runs again.", "bad"); }
    setTimeout(ask, EVERY_MS);
  }

  function back() {
    // A page that was asked for meanwhile never came.
    if (stuck) { location.reload(); return; }
    lost = false;
    const told = "footload answers again. If it was started anew, connect the device again; what was recorded is on the list of trials.";
    if (!owed && (!place || place.hidden)) return;
    owed = false;
    say(told, "info");
    setTimeout(() => { if (!lost) place.hidden = true; }, SHOWN_MS);
  }

  function look() {
    if (!lost) { lost = true; ask(); }
  }

  window.fetch = async (...asked) => {
    try {
      const answer = await usual(...asked);
      if (answer.status === 401 || answer.status === 403) look();
      return answer;
    } catch (error) {
      // What a page breaks off itself is no loss.
      if (error instanceof TypeError) {
        stuck = stuck || /"output":"\.*page\.children/.test(String(asked[1]?.body || ""));
        look();
      }
      throw error;
    }
  };
  // The live page hears it from its own connection, also when footload is back before anything else was asked.
  document.addEventListener("footload-lost", () => { owed = true; look(); });
  window.addEventListener("pagehide", () => { lost = true; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) lost = false; });
})();
