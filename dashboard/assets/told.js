// A number or a heading of a table that is pressed is explained in a window.
(function () {
  let n = 0;
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-told-finding], [data-told-metric]");
    if (!pressed || !document.querySelector(".told-place")) return;
    const { toldFinding: finding = "", toldMetric: metric = "" } = pressed.dataset;
    n += 1;   // the same number may be asked for twice
    window.dash_clientside.set_props("told-asked", { data: { finding, metric, n: `${n}` } });
  });
})();
