// What happens in the browser alone: title, help, colour scheme of the graphs, smooth or cells, shortcuts.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});

  dash.footload = {
    title(title) {
      if (title) document.title = title;
      return dash.no_update;
    },

    // On the live page the header says who is about to be recorded, in what.
    about(participant, condition) {
      return [participant, condition].map((text) => (text || "").trim()).filter(Boolean).join(" · ") || "no participant";
    },

    help(clicks) {
      return clicks > 0 ? true : dash.no_update;
    },

    // Every graph gets the template of the scheme; those that have it already stay as they are.
    templates(computed, _ids, templates, figures) {
      const scheme = document.documentElement.dataset.mantineColorScheme || computed;
      if (!scheme || !templates) return figures.map(() => dash.no_update);
      const wanted = templates[scheme];
      const color = wanted.layout.font.color;
      return figures.map((figure) => {
        const now = figure?.layout?.template?.layout?.font?.color;
        if (!figure || now === color) return dash.no_update;
        return { ...figure, layout: { ...figure.layout, template: wanted } };
      });
    },

    smooth(value, figure) {
      if (!figure) return dash.no_update;
      const data = figure.data.map((trace) =>
        trace.type === "heatmap" ? { ...trace, zsmooth: value === "smooth" ? "fast" : false } : trace);
      return { ...figure, data };
    },
  };

  const typing = (target) =>
    target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) && target.type !== "radio";

  const press = { "?": "#help-button", t: ".brand", p: ".header-link[href='/sessions/']", d: "#scheme-toggle", l: ".header-link[href='/live']", s: ".header-link[href='/squat/']",
    c: ".header-link[href='/compare/']",
    r: "#live-record:enabled, #live-stop:enabled", m: "#live-mark:enabled", z: "#live-zero:enabled" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const control = press[event.key] && document.querySelector(press[event.key]);
    if (!control) return;
    event.preventDefault();
    control.click();
  });

  // The menu of pages of a narrow window: a click beside it, a link, Escape and the way out by Tab close it.
  const menuButton = () => document.getElementById("menu-button");
  const openMenu = (open) => menuButton()?.setAttribute("aria-expanded", String(open));
  const isOpen = () => menuButton()?.getAttribute("aria-expanded") === "true";
  const within = (target) => target instanceof Element && target.closest("#menu, #menu-button");
  document.addEventListener("click", (event) => {
    const onButton = event.target instanceof Element && event.target.closest("#menu-button");
    if (onButton) openMenu(!isOpen());
    else if (isOpen()) openMenu(false);
  });
  document.addEventListener("focusin", (event) => { if (isOpen() && !within(event.target)) openMenu(false); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    openMenu(false);
    menuButton().focus();
  });
})();
