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

  function decoded(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const source = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    let at = 4 + length;
    const taken = (n) => { const part = new Float32Array(buffer, at, n); at += 4 * n; return part; };
    const { n, width } = source, whole = taken(4 * n);
    const tracks = source.tracks.map((name) => ({ name, values: taken(4 * n) }));
    const plates = source.plates.map((plate) => ({ ...plate, corners: plate.corners_mm, values: taken(6 * plate.n) }));
    const knees = source.knees.map((knee) => ({ ...knee, values: taken(2 * knee.n) }));
    const { markers } = source;
    if (markers) Object.assign(markers, { time: taken(markers.n), places: taken(3 * markers.n * markers.labels.length) });
    const frames = new Uint16Array(buffer, at, n * width);
    const time = Float32Array.from({ length: n }, (_, i) => whole[4 * i + 3]);
    return [source, { n, whole, tracks, plates, knees, markers, frames, time, width }];
  }

  // The frame that is shown at a time: the last one that was taken by then.
  function indexAt(times, size, time) {
    let low = 0, high = times.length / size - 1;
    while (low < high) { const mid = (low + high + 1) >> 1; if (times[size * mid] <= time) low = mid; else high = mid - 1; }
    return low;
  }
  const frameAt = (time) => indexAt(view.trial.time, 1, time);

  async function load(which) {
    const asked = view.sources[which], token = (view.token = {});
    const before = view.asked === asked.address.split("?")[0] ? view.time : null;
    view.trial = null; view.playing = false; view.asked = asked.address.split("?")[0];
    const begun = performance.now();
    try {
      const answer = await fetch(asked.address, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(await answer.text());
      const buffer = await answer.arrayBuffer();
      if (view.token !== token) return;
      [view.source, view.trial] = decoded(buffer);
    } catch (error) {
      if (view.token === token) byId("replay-state").textContent = `The frames did not come: ${error.message}`;
      return;
    }
    view.loaded = performance.now() - begun;
    const { trial, source } = view;
    if (!trial.n) { byId("replay-state").textContent = "The recording holds no frame."; return; }
    if (view.mat && source.mat) scaled(source, trial.frames);
    if (view.body) view.body.use(trial);
    byId("replay-notes").textContent = trial.knees.length || source.knee_notes.length ? `Knee angle: ${source.knee_notes.join("; ")}.` : "";
    [view.first, view.last] = source.span_s;   // of everything: a mat may begin later and end before plates or markers
    view.nothing = new Uint16Array(trial.width).fill(source.missing || 0);
    Object.assign(view.slider, { min: view.first, max: view.last, step: "any" });
    loops(source);
    view.lines.canvas.style.height = `${footloadLines.height(trial, source)}px`;
    view.background = null;
    go(before ?? opening(trial));
    view.fresh = before === null;
  }

  // A mat on which nobody stands yet is a black field: a walk opens on its first foot. Playing begins at the beginning.
  function opening({ n, whole }) {
    const most = whole.reduce((high, value, at) => (at % 4 === 2 && value > high ? value : high), 0);
    if (!view.mat || !(whole[2] < 0.05 * most)) return view.first;
    for (let k = 0; k < n; k++) if (whole[4 * k + 2] > 0.5 * most) return whole[4 * k + 3];
    return view.first;
  }

  function scaled(source, frames) {
    view.mat.use(source);
    let most = 1;
    for (let k = 0; k < frames.length; k++) if (frames[k] > most && frames[k] !== source.missing) most = frames[k];
    view.greatest = footloadMat.roundedUp(most * source.step) / source.step;
    byId("replay-key-high").textContent = `${(view.greatest * source.step).toFixed(0)} ${source.pressure_unit}`;
  }

  // Whether something was recorded at a time; a sample holds until the next one, but not through a gap.
  const sampleOf = (times, size) => { const n = times.length / size; return n > 1 ? (times[size * (n - 1)] - times[0]) / (n - 1) : 0; };
  const during = (times, size, time) => {
    const n = times.length / size, sample = sampleOf(times, size);
    if (!n || time < times[0] - 1e-6 || time > times[size * (n - 1)] + sample) return false;
    const k = indexAt(times, size, time), next = times[size * Math.min(k + 1, n - 1)];
    return time - times[size * k] <= sample || next - times[size * k] <= footloadLines.GAP_SAMPLES * sample;
  };
  const recorded = (time) => during(view.trial.time, 1, time);

  function go(time) {
    view.time = Math.min(Math.max(time, view.first), view.last);
    view.wanted = true;
    view.fresh = false;
  }

  function step(by) {
    if (!view.trial) return;
    pause();
    go(view.trial.time[Math.min(Math.max(frameAt(view.time) + by, 0), view.trial.n - 1)]);
  }

  function play() {
    if (!view.trial) return;
    const [from, to] = range();
    if (view.fresh || view.time >= to - 1e-6 || view.time < from) go(from);
    view.playing = true; view.at = performance.now();
    view.button.textContent = "Pause";
  }
  function pause() { view.playing = false; view.button.textContent = "Play"; }
  const toggle = () => (view.playing ? pause() : play());
  const range = () => view.loop ? [view.loop.start_s, view.loop.stop_s] : [view.first, view.last];

  function draw() {
    const { trial, source, mat, body } = view, k = (view.frame = frameAt(view.time));
    if (mat && source.mat) pressure(k);
    if (body) body.draw((times, size) => (during(times, size, view.time) ? indexAt(times, size, view.time) : -1));
    cursor();
    view.slider.value = view.time;
    byId("replay-state").textContent = words(k).join(" · ");
    view.slider.setAttribute("aria-valuetext", `${view.time.toFixed(2)} seconds`);
    view.pictures = (view.pictures || 0) + 1;
    if (view.drawn) view.drawn(performance.now());
  }

  function pressure(k) {
    const { trial, mat } = view, from = Math.max(frameAt(view.time - 2), 0), count = k - from + 1;
    if (!recorded(view.time)) { mat.pressure(view.nothing, view.greatest); return; }
    const colors = { left: footloadMat.css("--fl-left"), right: footloadMat.css("--fl-right") };
    mat.smooth = view.smooth.checked;
    mat.pressure(trial.frames.subarray(k * trial.width, (k + 1) * trial.width), view.greatest);
    const gap_s = footloadLines.GAP_SAMPLES * sampleOf(trial.time, 1);
    const away = (i) => i > 0 && trial.time[from + i] - trial.time[from + i - 1] > gap_s;   // the trail begins anew
    for (const { name, values } of trial.tracks) {
      mat.trail(count, (i) => (away(i) ? NaN : values[4 * (from + i)]), (i) => values[4 * (from + i) + 1], colors[name] || "#ffffff", name === "right" ? [6, 3] : []);
      mat.dot(values[4 * k], values[4 * k + 1], colors[name] || "#868e96");
    }
    mat.dot(trial.whole[4 * k], trial.whole[4 * k + 1], "#343a40");
  }

  // Everything that is drawn, as text.
  function words(k) {
    const { trial, source } = view, known = (value) => !Number.isNaN(value), there = recorded(view.time);
    const sides = trial.tracks.map(({ name, values }) => [name, values[4 * k + 2], values[4 * k + 3]])
      .filter(([, force, shift]) => there && (known(force) || known(shift)))
      .map(([name, force, shift]) => [name, [known(force) ? `${force.toFixed(0)} ${source.force_unit}` : "",
        known(shift) ? `medial shift ${shift.toFixed(1)} %` : ""].filter(Boolean).join(", ")].join(" "));
    const now = ({ values }, size) => during(values, size, view.time);
    const plates = trial.plates.filter((plate) => now(plate, 6)).map(({ name, values }) => `${name} ${values[6 * indexAt(values, 6, view.time) + 3].toFixed(0)} N`);
    const knees = trial.knees.filter((knee) => now(knee, 2)).map(({ side, values }) => [side, values[2 * indexAt(values, 2, view.time) + 1]])
      .filter(([, angle]) => known(angle)).map(([side, angle]) => `${side} knee ${angle.toFixed(1)}°`);
    const whole = there ? trial.whole[4 * k + 2] : NaN;
    return [`${view.time.toFixed(2)} s`, there ? `frame ${k + 1} of ${trial.n}` : `${source.mat ? "the mat" : "the first plate"} was not recorded here`, footloadLines.place(source, view.time),
      known(whole) ? `force ${whole.toFixed(0)} ${source.force_unit}` : "", ...sides, ...plates, ...knees].filter(Boolean);
  }

  // The lines are drawn once behind; only the cursor moves.
  function cursor() {
    const { lines, trial, source } = view, { canvas, context } = lines;
    if (!view.background || view.background.width !== canvas.width || view.background.height !== canvas.height) {
      view.background = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
      const [t0, t1] = [view.first, Math.max(view.last, view.first + 0.01)];
      Object.assign(lines, { t0, t1, box: footloadLines.behind(view.background, trial, source, [t0, t1]) });
    }
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(view.background, 0, 0);
    const x = lines.x(view.time);
    context.strokeStyle = footloadMat.css("--fl-text"); context.lineWidth = 2 * (window.devicePixelRatio || 1);
    lines.box.panels.forEach(({ top, bottom }, place) => lines.segment(x, place ? top : 0, x, bottom));   // not through the words between
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
      label("Speed", view.speed), label("Loop", view.looping), label("Smooth", view.smooth, !byId("replay-mat")),
      label("Show", which, view.sources.length < 2)));
  }

  function start(data) {
    const trace = byId("replay-trace"), mat = byId("replay-mat"), body = byId("replay-body");
    if (!trace) return;
    const same = view.lines?.canvas === trace && (view.mat?.canvas || null) === mat && view.loop_running;
    if (same && view.sources[0].address === data.sources[0].address) return;
    view.sources = data.sources;
    if (same) { controls(byId("replay-controls")); load(0); return; }
    Object.assign(view, { trial: null, playing: false, wanted: false, background: null, asked: null, loop_running: true });
    view.mat = mat && new footloadMat.Mat(mat, data.colors);
    view.body = body && new footloadBody(body);
    view.lines = new footloadMat.Lines(trace);
    controls(byId("replay-controls"));
    const again = () => { view.background = null; view.wanted = true; };
    const observers = [mat, body, trace].filter(Boolean).map((each) => footloadMat.fitted(each, again));
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
      if (!trace.isConnected || view.lines.canvas !== trace) {
        [...observers, schemes].forEach((each) => each.disconnect());
        if (view.lines.canvas === trace) Object.assign(view, { trial: null, loop_running: false });
        return;
      }
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
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key] || !byId("replay-trace")) return;
    // Controls keep their own keys.
    if (target.isContentEditable || target.closest("input, textarea, select, button, summary, a, [role=radiogroup], [tabindex='0']")) return;
    event.preventDefault();
    keys[event.key]();
  });

  view.load = load;
  dash.footload.replay = (data) => { if (data) start(data); return dash.no_update; };
})();
