// Regions and axis of a foot, moved by hand: a drawing true to scale with handles for the pointer and the arrow keys.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  dash.footload = dash.footload || {};
  const NS = "http://www.w3.org/2000/svg", WAIT_MS = 700, POINTS = { heel: "Heel point", toe: "Toe point" };
  const view = (window.footloadDrawing = { foot: 0, n: 0 });
  const byId = (id) => document.getElementById(id);
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const add = ([ax, ay], [bx, by], k = 1) => [ax + k * bx, ay + k * by];

  // The foot's own frame: (ap, ml) from the heel point; y on the page goes down.
  function frame(foot) {
    const [dx, dy] = add(foot.toe, foot.heel, -1), norm = Math.hypot(dx, dy) || 1, along = [dx / norm, dy / norm];
    const turn = foot.along[0] * foot.medial[1] - foot.along[1] * foot.medial[0];   // +1 or -1: which side is medial
    return { along, medial: [-along[1] * turn, along[0] * turn] };
  }
  const plate = (foot, [ap, ml]) => { const { along, medial } = frame(foot); return add(add(foot.heel, along, ap), medial, ml); };
  const inFoot = (foot, place) => {
    const { along, medial } = frame(foot), [dx, dy] = add(place, foot.heel, -1);
    return [dx * along[0] + dy * along[1], dx * medial[0] + dy * medial[1]];
  };

  // What moving the handles of a line does to its points: straight in between, and beyond the ends of two handles too.
  function moved(line, points) {
    const key = line.along ? 0 : 1, known = line.handles.map((place, i) => [place[key], line.deltas[i]]).sort((a, b) => a[0] - b[0]);
    const at = (t) => {
      if (known.length === 1) return known[0][1];
      if (known.length > 2 && t <= known[0][0]) return known[0][1];
      if (known.length > 2 && t >= known.at(-1)[0]) return known.at(-1)[1];
      let i = 0;
      while (i < known.length - 2 && t > known[i + 1][0]) i++;
      const [[t0, d0], [t1, d1]] = [known[i], known[i + 1]];
      return d0 + (d1 - d0) * (t - t0) / ((t1 - t0) || 1);
    };
    return points.map((place) => place.map((value, i) => (i === key ? value : value + at(place[key]))));
  }

  function build() {
    const place = byId("drawn-place"), foot = view.feet[view.foot], [x0, y0, x1, y1] = foot.view;
    const focused = document.activeElement?.dataset?.handle;
    const board = svg("svg", { viewBox: `${x0} ${-y1} ${x1 - x0} ${y1 - y0}`, class: "drawn", role: "group",
      "aria-label": `Foot ${foot.name}: maximum pressure with axis and lines between regions` });
    const cells = svg("g", { "aria-hidden": "true" });
    for (const [x, y, w, h, color] of foot.cells)
      cells.append(svg("rect", { x: x - w / 2, y: -y - h / 2, width: w, height: h, fill: view.colors[color] }));
    view.lines = svg("g", { class: "drawn-lines", "aria-hidden": "true" });
    view.handles = svg("g", {});
    board.append(svg("rect", { x: x0, y: -y1, width: x1 - x0, height: y1 - y0, fill: view.colors[0] }), cells, view.lines, view.handles);
    view.board = board;
    const names = [...foot.lines.flatMap(({ name, handles }) => handles.map((_, i) => [name, i])), ...Object.keys(POINTS).map((name) => [name, -1])];
    if (!view.locked) for (const [name, i] of names) view.handles.append(handle(foot, name, i));
    const feet = Object.assign(document.createElement("select"), { id: "drawn-foot",
      onchange: () => { view.foot = +feet.value; build(); } });
    view.feet.forEach(({ name, edited }, i) => feet.append(Object.assign(document.createElement("option"),
      { value: `${i}`, textContent: `${name}${edited ? " (edited by hand)" : ""}`, selected: i === view.foot })));
    const label = document.createElement("label"), side = Object.assign(document.createElement("button"),
      { type: "button", className: "button-link", textContent: "It is the other foot", disabled: view.locked, onclick: () => { view.touched = "side"; commit(); } });
    label.append("Foot ", feet);
    const bar = Object.assign(document.createElement("div"), { className: "buttons drawn-bar" });
    view.working = document.createElement("span");
    bar.append(label, side, view.working);
    place.replaceChildren(bar, board);
    place.dataset.edited = `${foot.edited}`;
    redraw();
    if (focused) [...view.handles.children].find((each) => each.dataset.handle === focused)?.focus();
  }

  const line = (name) => view.feet[view.foot].lines.find((each) => each.name === name);

  function position(name, i) {
    const foot = view.feet[view.foot];
    if (i < 0) return foot[name];
    const one = line(name);
    return plate(foot, moved(one, [one.handles[i]])[0]);
  }

  function redraw() {
    const foot = view.feet[view.foot], path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${(-y).toFixed(2)}`).join("");
    const paths = [["drawn-axis", [foot.heel, foot.toe]],
      ...foot.lines.map((one) => ["drawn-line", moved(one, one.shown).map((place) => plate(foot, place))])];
    view.lines.replaceChildren(...paths.flatMap(([name, points]) =>
      [svg("path", { d: path(points), class: "drawn-under" }), svg("path", { d: path(points), class: name })]));
    for (const each of view.handles.children) {
      const [name, i] = each.dataset.handle.split("|"), [x, y] = position(name, +i);
      each.setAttribute("transform", `translate(${x.toFixed(2)} ${(-y).toFixed(2)})`);
      each.setAttribute("aria-label", `${each.dataset.label}: ${x.toFixed(0)} mm from the left, ${y.toFixed(0)} mm from the front edge of the mat; arrow keys move it`);
    }
  }

  function handle(foot, name, i) {
    const one = i < 0 ? null : line(name), ends = one && (one.along ? ["rear end", "front end"] : ["one end", "other end"]);
    const word = !one ? POINTS[name] : `${one.label}, ${one.handles.length > 2 && i === 1 ? "middle" : ends[i ? 1 : 0]}`;
    const element = svg("g", { tabindex: "0", role: "button", class: `drawn-handle${one ? "" : " drawn-point"}` },
      svg("circle", { r: 8, class: "drawn-reach" }), svg("circle", { r: one ? 3 : 4.5 }));
    Object.assign(element.dataset, { handle: `${name}|${i}`, label: word });
    element.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      element.focus();
      view.dragging = element;
    });
    element.addEventListener("pointermove", (event) => { if (view.dragging === element) put(name, i, pointed(event)); });
    element.addEventListener("pointerup", () => { if (view.dragging === element) { view.dragging = null; commit(); } });
    element.addEventListener("pointercancel", () => { view.dragging = null; });
    element.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 5 : 1, by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      put(name, i, add(position(name, i), by));
      clearTimeout(view.waiting);
      view.waiting = setTimeout(commit, WAIT_MS);
    });
    element.addEventListener("blur", () => { if (view.waiting) commit(); });
    return element;
  }

  function pointed(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(view.board.getScreenCTM().inverse());
    return [x, -y];
  }

  // A point goes where it is put; a line across the foot moves along it, a line along the foot across.
  function put(name, i, place) {
    const foot = view.feet[view.foot];
    view.touched = name;
    if (i < 0) {
      const other = name === "heel" ? foot.toe : foot.heel;
      if (Math.hypot(...add(place, other, -1)) > 60) foot[name] = place;   // no foot is shorter
    } else {
      const one = line(name), at = inFoot(foot, place), key = one.along ? 1 : 0;
      one.deltas[i] = at[key] - one.handles[i][key];
    }
    redraw();
  }

  function commit() {
    clearTimeout(view.waiting);
    view.waiting = null;
    if (!view.touched) return;
    const foot = view.feet[view.foot], lines = {};
    for (const one of foot.lines) if (one.deltas.some((by) => by)) lines[one.name] = moved(one, one.points);
    const what = view.touched;
    view.touched = null;
    view.working.textContent = "Analyzing again";
    dash.set_props("drawn-edit", { data: { number: foot.number, handle: what, heel_mm: foot.heel, toe_mm: foot.toe, lines } });
    view.n += 1;
  }

  function start(data) {
    const place = byId("drawn-place");
    if (!place || !data.feet.length) return;
    view.feet = data.feet.map((foot) => ({ ...foot, lines: foot.lines.map((one) => ({ ...one, deltas: one.handles.map(() => 0) })) }));
    view.colors = data.colors;
    view.locked = data.locked;
    if (view.place !== place) { view.place = place; view.foot = 0; }
    view.foot = Math.min(view.foot, view.feet.length - 1);
    view.edit = data.edit;
    if (view.dragging || view.waiting) return;   // the next edit brings the drawing up to date
    build();
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || !event.target.closest?.(".card-drawing")) return;
    if (event.target.closest("input")) return;
    event.preventDefault();
    const where = event.shiftKey ? "redo" : "undo";
    [...document.querySelectorAll(".card-drawing button")].find((each) => each.textContent.toLowerCase() === where)?.click();
  });

  dash.footload.drawing = (data) => { if (data) start(data); return dash.no_update; };
})();
