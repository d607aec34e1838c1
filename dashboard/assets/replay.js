// The replay: the whole trial comes once as binary; scrubbing, playing and stepping happen here.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  dash.footload = dash.footload || {};
  const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];
  const view = {};
  window.footloadReplay = view;

  const byId = (id) => document.getElementById(id);
  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  function decoded(buffer, source) {
    const head = new DataView(buffer), n = head.getUint32(0, true), k = head.getUint32(12, true);
    const whole = new Float32Array(buffer, 16, 4 * n);
    const tracks = source.tracks.map((name, i) => ({ name, values: new Float32Array(buffer, 16 + 16 * n * (i + 1), 4 * n) }));
    const frames = new Uint16Array(buffer, 16 + 16 * n * (k + 1));
    const time = Float32Array.from({ length: n }, (_, i) => whole[4 * i + 3]);
    return { n, whole, tracks, frames, time, width: n ? frames.length / n : 0 };
  }

  // The frame that is shown at a time: the last one that was taken by then.
  function frameAt(time) {
    let low = 0, high = view.trial.n - 1;
    while (low < high) { const mid = (low + high + 1) >> 1; if (view.trial.time[mid] <= time) low = mid; else high = mid - 1; }
    return low;
  }

  async function load(which) {
    const source = (view.source = view.sources[which]), token = (view.token = {});
    view.trial = null; view.playing = false;
    const begun = performance.now();
    try {
      const answer = await fetch(source.address, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(await answer.text());
      const buffer = await answer.arrayBuffer();
      if (view.token !== token) return;
      view.trial = decoded(buffer, source);
    } catch (error) {
      if (view.token === token) byId("replay-state").textContent = `The frames did not come: ${error.message}`;
      return;
    }
    view.loaded = performance.now() - begun;
    const { trial } = view;
    if (!trial.n) { byId("replay-state").textContent = "The recording holds no frame."; return; }
    view.mat.use(source);
    let most = 1;
    const { frames } = trial;
    for (let k = 0; k < frames.length; k++) if (frames[k] > most && frames[k] !== source.missing) most = frames[k];
    view.greatest = footloadMat.roundedUp(most * source.step) / source.step;
    byId("replay-key-high").textContent = `${(view.greatest * source.step).toFixed(0)} ${source.pressure_unit}`;
    view.first = trial.time[0]; view.last = trial.time[trial.n - 1];
    Object.assign(view.slider, { min: view.first, max: view.last, step: "any" });
    loops(source);
    view.background = null;
    go(view.first);
  }

  function go(time) {
    view.time = Math.min(Math.max(time, view.first), view.last);
    view.wanted = true;
  }

  function step(by) {
    if (!view.trial) return;
    pause();
    go(view.trial.time[Math.min(Math.max(frameAt(view.time) + by, 0), view.trial.n - 1)]);
  }

  function play() {
    if (!view.trial) return;
    const [from, to] = range();
    if (view.time >= to - 1e-6 || view.time < from) go(from);
    view.playing = true; view.at = performance.now();
    view.button.textContent = "Pause";
  }
  function pause() { view.playing = false; view.button.textContent = "Play"; }
  const toggle = () => (view.playing ? pause() : play());
  const range = () => view.loop ? [view.loop.start_s, view.loop.stop_s] : [view.first, view.last];

  function draw() {
    const { trial, source, mat } = view, k = (view.frame = frameAt(view.time));
    const colors = { left: footloadMat.css("--fl-left"), right: footloadMat.css("--fl-right") };
    mat.smooth = view.smooth.checked;
    mat.pressure(trial.frames.subarray(k * trial.width, (k + 1) * trial.width), view.greatest);
    const from = Math.max(frameAt(view.time - 2), 0), count = k - from + 1;
    for (const { name, values } of trial.tracks) {
      mat.trail(count, (i) => values[4 * (from + i)], (i) => values[4 * (from + i) + 1], colors[name] || "#ffffff", name === "right" ? [6, 3] : []);
      mat.dot(values[4 * k], values[4 * k + 1], colors[name] || "#868e96");
    }
    mat.dot(trial.whole[4 * k], trial.whole[4 * k + 1], "#343a40");
    cursor();
    view.slider.value = view.time;
    const said = trial.tracks.filter(({ values }) => !Number.isNaN(values[4 * k + 2]))
      .map(({ name, values }) => `${name} ${values[4 * k + 2].toFixed(0)} ${source.force_unit}`
        + (Number.isNaN(values[4 * k + 3]) ? "" : `, medial shift ${values[4 * k + 3].toFixed(1)} %`));
    byId("replay-state").textContent = [`${view.time.toFixed(2)} s`, `frame ${k + 1} of ${trial.n}`,
      `force ${trial.whole[4 * k + 2].toFixed(0)} ${source.force_unit}`, ...said].join(" · ");
    view.slider.setAttribute("aria-valuetext", `${view.time.toFixed(2)} seconds`);
    view.pictures = (view.pictures || 0) + 1;
    if (view.drawn) view.drawn(performance.now());
  }

  // The lines are drawn once behind; only the cursor moves.
  function cursor() {
    const { lines } = view, { canvas, context } = lines;
    if (!view.background || view.background.width !== canvas.width || view.background.height !== canvas.height) behind();
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(view.background, 0, 0);
    const x = lines.x(view.time);
    context.strokeStyle = footloadMat.css("--fl-text"); context.lineWidth = 2 * (window.devicePixelRatio || 1);
    lines.segment(x, 0, x, canvas.height);
  }

  function behind() {
    const { trial, source, lines } = view, canvas = (view.background = document.createElement("canvas"));
    canvas.width = lines.canvas.width; canvas.height = lines.canvas.height;
    const back = new footloadMat.Lines(canvas), [t0, t1] = [view.first, Math.max(view.last, view.first + 0.01)];
    const colors = { left: footloadMat.css("--fl-left"), right: footloadMat.css("--fl-right"), text: footloadMat.css("--fl-text") };
    const middle = source.shift ? canvas.height * 0.5 : canvas.height;
    // No more points than the canvas has columns; the highest of each column stays.
    const every = Math.max(Math.floor(trial.n / canvas.width), 1), count = Math.floor((trial.n - 1) / every) + 1;
    const thinned = (values, field) => (i) => {
      let found = NaN;
      for (let k = i * every; k < Math.min((i + 1) * every, trial.n); k++) {
        const value = values[4 * k + field];
        if (!(Math.abs(value) <= Math.abs(found))) found = Number.isNaN(value) ? found : value;
      }
      return found;
    };
    const time = (i) => trial.time[i * every];
    let most = 1, low = 0, high = 1;
    for (let k = 0; k < trial.n; k++) {
      most = Math.max(most, trial.whole[4 * k + 2]);
      for (const { values } of trial.tracks) if (!Number.isNaN(values[4 * k + 3])) {
        low = Math.min(low, values[4 * k + 3]); high = Math.max(high, values[4 * k + 3]);
      }
    }
    back.frame(t0, t1, 0, footloadMat.roundedUp(most), `force (${source.force_unit})`, 0, middle);
    shades(back, source);
    back.line(count, time, thinned(trial.whole, 2), colors.text);
    for (const { name, values } of trial.tracks) back.line(count, time, thinned(values, 2), colors[name] || "#868e96", name === "right" ? [6, 3] : []);
    if (source.shift) {
      back.frame(t0, t1, low, high, "medial shift (% of foot width)", middle, canvas.height);
      for (const { name, values } of trial.tracks) back.line(count, time, thinned(values, 3), colors[name] || "#868e96", name === "right" ? [6, 3] : []);
    }
    Object.assign(lines, { box: back.box, t0, t1, low: back.low, high: back.high });
  }

  function shades(back, source) {
    const { context, canvas } = back, ratio = window.devicePixelRatio || 1;
    context.textAlign = "center"; context.textBaseline = "top";
    for (const { start_s, stop_s, name, rejected } of source.repetitions) {
      context.fillStyle = rejected ? "rgba(134,142,150,.07)" : "rgba(134,142,150,.18)";
      context.fillRect(back.x(start_s), 0, back.x(stop_s) - back.x(start_s), canvas.height);
      context.fillStyle = footloadMat.css("--fl-dim");
      context.fillText(rejected ? `(${name})` : name, back.x((start_s + stop_s) / 2), 4 * ratio);
    }
    context.strokeStyle = footloadMat.css("--fl-watch"); context.lineWidth = ratio;
    context.setLineDash([4 * ratio, 3 * ratio]);
    for (const { time_s } of source.events) back.segment(back.x(time_s), 0, back.x(time_s), canvas.height);
    context.setLineDash([]);
  }

  function loops(source) {
    const { repetitions } = source;
    view.loop = null;
    view.looping.replaceChildren(made("option", { value: "", textContent: "Whole trial" }),
      ...repetitions.map((each, i) => made("option", { value: `${i}`, textContent: `Repetition ${each.name}${each.rejected ? " (not counted)" : ""}` })));
    view.looping.parentElement.hidden = !repetitions.length;
    view.looping.onchange = () => {
      view.loop = view.looping.value === "" ? null : repetitions[+view.looping.value];
      go(range()[0]);
    };
  }

  function speed(by) {
    const at = Math.min(Math.max(SPEEDS.indexOf(+view.speed.value) + by, 0), SPEEDS.length - 1);
    view.speed.value = `${SPEEDS[at]}`;
  }

  function controls(place) {
    const button = (text, act, label) => {
      const one = made("button", { type: "button", className: "button-link", textContent: text, onclick: act });
      if (label) one.setAttribute("aria-label", label);
      return one;
    };
    view.button = button("Play", toggle);
    view.button.id = "replay-play";
    view.slider = made("input", { type: "range", id: "replay-slider", className: "replay-slider", value: 0,
      oninput: () => { pause(); go(+view.slider.value); } });
    view.slider.setAttribute("aria-label", "Time in the trial");
    view.speed = made("select", { id: "replay-speed" }, ...SPEEDS.map((value) => made("option", { value: `${value}`, textContent: `${value} ×`, selected: value === 1 })));
    view.looping = made("select", { id: "replay-loop" });
    view.smooth = made("input", { type: "checkbox", onchange: () => (view.wanted = true) });
    const which = made("select", { onchange: () => load(+which.value) },
      ...view.sources.map(({ name }, i) => made("option", { value: `${i}`, textContent: name })));
    const label = (text, control, hidden = false) => made("label", { hidden }, text, " ", control);
    place.replaceChildren(view.slider, made("div", { className: "buttons" }, view.button,
      button("‹", () => step(-1), "One frame back"), button("›", () => step(1), "One frame on"),
      label("Speed", view.speed), label("Loop", view.looping), label("Smooth", view.smooth),
      label("Show", which, view.sources.length < 2)));
  }

  function start(data) {
    const canvas = byId("replay-mat"), place = byId("replay-controls");
    if (!canvas || view.mat?.canvas === canvas) return;
    Object.assign(view, { sources: data.sources, trial: null, playing: false, wanted: false, background: null });
    view.mat = new footloadMat.Mat(canvas, data.colors);
    view.lines = new footloadMat.Lines(byId("replay-trace"));
    controls(place);
    const again = () => { view.background = null; view.wanted = true; };
    const observers = [canvas, view.lines.canvas].map((each) => footloadMat.fitted(each, again));
    const schemes = new MutationObserver(again);
    schemes.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    const seek = (event) => {
      if (!view.trial || !view.lines.box || !(event.buttons & 1)) return;
      const { left, right } = view.lines.box, ratio = view.lines.canvas.width / view.lines.canvas.clientWidth;
      pause();
      go(view.first + (event.offsetX * ratio - left) / (right - left) * (view.last - view.first));
    };
    view.lines.canvas.onpointerdown = view.lines.canvas.onpointermove = seek;
    const tick = (now) => {
      if (!canvas.isConnected) { [...observers, schemes].forEach((each) => each.disconnect()); view.trial = null; return; }
      if (view.playing) {
        const [from, to] = range();
        let time = view.time + (now - view.at) / 1000 * +view.speed.value;
        view.at = now;
        if (time >= to) { if (view.loop) time = from; else { time = to; pause(); } }
        go(time);
      }
      if (view.wanted && view.trial) { view.wanted = false; draw(); }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    load(0);
  }

  const keys = { " ": toggle, ArrowLeft: () => step(-1), ArrowRight: () => step(1), "[": () => speed(-1), "]": () => speed(1) };
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key] || !byId("replay-mat")) return;
    // Controls keep their own keys.
    if (target.isContentEditable || target.closest("input, textarea, select, button, summary, a, [role=radiogroup], [tabindex='0']")) return;
    event.preventDefault();
    keys[event.key]();
  });

  view.load = load;
  dash.footload.replay = (data) => { if (data) start(data); return dash.no_update; };
})();
