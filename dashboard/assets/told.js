// A number or a heading of a table that is pressed is explained in a window.
(function () {
  let n = 0;
  document.addEventListener("click", (event) => {
    const here = event.target.closest?.("[data-told-here]");
    if (here) {   // explained below the table that it stands in
      const place = here.closest(".card").querySelector(`[data-formula="${here.dataset.toldHere}"]`);
      for (let each = place; each; each = each.parentElement.closest("details")) each.open = true;
      place?.querySelector("summary").focus();
      return;
    }
    const pressed = event.target.closest?.("[data-told-finding], [data-told-metric], [data-told-fact]");
    if (!pressed || !document.querySelector(".told-place")) return;
    const { toldFinding: finding = "", toldMetric: metric = "", toldFact: fact = "" } = pressed.dataset;
    n += 1;   // the same number may be asked for twice
    window.dash_clientside.set_props("told-asked", { data: { finding, metric, fact, n: `${n}` } });
  });
})();
