// The help: a link of the contents opens its section, and words leave only the values that have all of them.
(function () {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.help-to");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();   // the address stays: the page would be asked for again
    if (target.tagName === "DETAILS") target.open = true;
    target.scrollIntoView({ block: "start" });
    (target.querySelector("summary") || target).focus({ preventScroll: true });
  });

  const opened = new WeakMap();   // how the sections stood before something was looked for
  const rowText = (row) => `${row.cells[0].textContent} ${row.cells[2].textContent}`.toLowerCase();

  function find(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0, all = 0;
    for (const topic of document.querySelectorAll(".help-topic")) {
      let here = 0;
      for (const row of topic.querySelectorAll("tbody tr")) {
        const seen = words.every((word) => rowText(row).includes(word));
        row.hidden = !seen;
        here += seen; all += 1;
      }
      if (!opened.has(topic)) opened.set(topic, topic.open);
      topic.hidden = !here;
      topic.open = words.length ? here > 0 : opened.get(topic);
      if (!words.length) opened.delete(topic);
      n += here;
    }
    document.getElementById("help-found").textContent = words.length ? `${n} of ${all} values` : "";
  }

  document.addEventListener("input", ({ target }) => { if (target.id === "help-find") find(target.value); });
})();
