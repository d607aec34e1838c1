// The live view: a binary websocket to a canvas. Every sample is kept; slow tabs drop pictures, never samples.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  dash.footload = dash.footload || {};
  const ROOM = 4096, TRACE_S = 10, TRAIL_S = 3, NUMBERS_MS = 250;
  const BUTTONS = { connect: "live-connect", disconnect: "live-disconnect", zero: "live-zero", record: "live-record",
    mark: "live-mark", stop: "live-stop" };
  const view = { choices: {}, drawn: null };
  window.footloadLive = view;

  const byId = (id) => document.getElementById(id);
  const write = (id, text) => { const place = byId(id); if (place && place.textContent !== text) place.textContent = text; };
  const set = (id, props) => dash.set_props(id, props);

  // Samples in a circle of typed arrays, one for each field.
  class Samples {
    constructor(fields) {
      this.fields = fields; this.n = 0;
      this.columns = fields.map(() => new Float32Array(ROOM));
      this.of = Object.fromEntries(fields.map((name, k) => [name, this.columns[k]]));
    }
    push(values) {
      const width = this.fields.length;
      for (let i = 0; i + width <= values.length; i += width, this.n++)
        for (let k = 0; k < width; k++) this.columns[k][this.n % ROOM] = values[i + k];
    }
    gap() {
      const time = this.last("time_s");
      for (const column of this.columns) column[this.n % ROOM] = NaN;
      this.of.time_s[this.n++ % ROOM] = time;
    }
    last(name) { return this.n ? this.of[name][(this.n - 1) % ROOM] : NaN; }
    // How many of the newest lie within so many seconds.
    within(seconds) {
      const until = this.last("time_s"), most = Math.min(this.n, ROOM);
      let count = 0;
      while (count < most && until - this.of.time_s[(this.n - 1 - count) % ROOM] <= seconds) count++;
      return count;
    }
    // Reads field by age: 0 is the oldest of the newest `count`.
    reader(name, count) {
      const column = this.of[name], from = this.n - count;
      return (i) => column[(from + i) % ROOM];
    }
  }

  function take(text) {
    const message = JSON.parse(text);
    if (message.kind === "layout") {
      view.layout = message; view.samples = new Samples(message.fields); view.seq = null; view.pending = null;
      view.highest = null; view.greatest = 0;
      view.mat.use(message);
      write("live-device", message.name);
    } else if (message.kind === "status") show(message);
  }

  function takeSamples(data) {
    if (!view.layout) return;
    const head = new DataView(data), n = head.getUint32(0, true), seq = head.getUint32(4, true);
    const width = view.layout.fields.length;
    if (view.seq !== null && ((view.seq + n) >>> 0) !== seq) view.samples.gap();
    view.seq = seq;
    view.samples.push(new Float32Array(data, 16, width * n));
    const steps = new Uint16Array(data, 16 + 4 * width * n);
    view.pending = { at: head.getFloat64(8, true), steps };
    view.received += n; view.messages++;
    if (!view.highest || view.highest.length !== steps.length) view.highest = steps.slice();
    else for (let k = 0; k < steps.length; k++) if (steps[k] > view.highest[k]) view.highest[k] = steps[k];
  }

  function peak(steps) {
    let most = 0;
    for (let k = 0; k < steps.length; k++) if (steps[k] > most && steps[k] !== view.layout.missing) most = steps[k];
    return most;
  }

  function draw({ at, steps }) {
    const { mat, samples, choices } = view;
    view.peak = peak(steps);
    const image = choices.image === "highest" ? view.highest : steps;
    if (choices.scale !== "locked" || !view.greatest) {
      // Up at once, down slowly, so that colours do not flicker.
      view.top = Math.max(peak(image), (view.top || 0) * 0.995, 1);
      view.greatest = footloadMat.roundedUp(view.top * view.layout.step) / view.layout.step;
    }
    mat.smooth = choices.draw === "smooth";
    mat.pressure(image, view.greatest);
    const count = samples.within(TRAIL_S), read = (name) => samples.reader(name, count);
    const { left, right } = view.colors;
    mat.trail(count, read("cop_x_mm"), read("cop_y_mm"), "#ffffff", []);
    mat.trail(count, read("left_x_mm"), read("left_y_mm"), left, []);
    mat.trail(count, read("right_x_mm"), read("right_y_mm"), right, [6, 3]);
    mat.dot(samples.last("cop_x_mm"), samples.last("cop_y_mm"), "#343a40");
    mat.dot(samples.last("left_x_mm"), samples.last("left_y_mm"), left);
    mat.dot(samples.last("right_x_mm"), samples.last("right_y_mm"), right);
    trace();
    footloadGauge.draw(samples);
    const now = performance.timeOrigin + performance.now();
    view.delays.push(now - at); view.pictures++;
    if (view.drawn) view.drawn(steps, now, at);
  }

  function trace() {
    const { lines, samples, layout, colors } = view;
    const count = samples.within(TRACE_S), time = samples.reader("time_s", count), force = samples.reader("force", count);
    const share = samples.reader("left_share", count);
    let most = layout.least_force;
    for (let i = 0; i < count; i++) if (force(i) > most) most = force(i);
    const until = samples.last("time_s");
    lines.clear();
    lines.frame(Math.max(until - TRACE_S, 0), Math.max(until, TRACE_S), 0, footloadMat.roundedUp(most * 1.05), `force (${layout.force_unit})`);
    lines.line(count, time, (i) => force(i) * share(i), colors.left);
    lines.line(count, time, (i) => force(i) * (1 - share(i)), colors.right, [6, 3]);
    lines.line(count, time, force, colors.text);
  }

  const whole = (value) => Number.isNaN(value) ? "–" : value.toFixed(0);

  function numbers() {
    const { samples, layout } = view;
    const spent = (performance.now() - view.since) / 1000;
    view.since = performance.now();
    const fps = view.pictures / spent, rate = view.received / spent;
    const delays = view.delays.sort((a, b) => a - b);
    const delay = delays.length ? delays[delays.length >> 1] : NaN;
    footloadGauge.delay = delay;
    view.pictures = view.received = 0; view.delays = [];
    if (!layout || !samples || !samples.n) return;
    const flowing = rate > 0, force = samples.last("force"), share = samples.last("left_share");
    write("live-force", flowing ? `${whole(force)} ${layout.force_unit}` : "–");
    write("live-peak", flowing ? `${whole(view.peak * layout.step)} ${layout.pressure_unit}` : "–");
    const known = flowing && !Number.isNaN(share);
    write("live-left", known ? `${whole(100 * share)} %` : "–");
    write("live-right", known ? `${whole(100 - 100 * share)} %` : "–");
    const bar = byId("live-share");
    if (bar) bar.style.width = `${known ? 100 * share : 50}%`;
    const place = [samples.last("cop_x_mm"), samples.last("cop_y_mm")];
    write("live-cop", flowing && !Number.isNaN(place[0]) ? `${whole(place[0])}, ${whole(place[1])} mm` : "–");
    write("live-pace", flowing ? `${rate.toFixed(0)} frames/s, ${fps.toFixed(0)} pictures/s, ${whole(delay)} ms` : "nothing is coming");
    write("live-key-high", `${whole(view.greatest * layout.step)} ${layout.pressure_unit}`);
    view.colors = colors();
  }

  const WORDS = { off: "No device", starting: "Starting", watching: "Watching", recording: "Recording", failed: "Failed" };

  function show(status) {
    footloadGauge.status(status);
    const { state, counters } = status, there = state === "watching" || state === "recording";
    write("live-state", status.connected ? WORDS[state] : "The device went away; waiting for it");
    byId("live-state").dataset.state = status.connected ? state : "lost";
    if (!there) write("live-device", status.device || "");
    write("live-file", state === "recording" ? `${status.file}, ${status.recording_s.toFixed(1)} s, ${status.n_marks} mark${status.n_marks === 1 ? "" : "s"}` : "");
    write("live-frames", `${counters.frames ?? 0}`);
    write("live-damaged", `${(counters.bad_check ?? 0) + (counters.bad_payload ?? 0) + (counters.bad_header ?? 0)}`);
    write("live-dropped", `${counters.dropped_device ?? 0}`);
    write("live-junk", `${counters.junk_bytes ?? 0} bytes`);
    write("live-reconnects", `${counters.reconnects ?? 0}`);
    write("live-problem", state === "failed" ? status.problem : "");
    byId("live-problem").hidden = state !== "failed";
    byId("live-empty").hidden = there || state === "starting";
    allow({ connect: !there && state !== "starting", disconnect: there, zero: there,
      record: state === "watching", mark: state === "recording", stop: state === "recording" });
    if (status.last !== null && status.last !== view.last) set("live-last", { data: status.last });
    view.last = status.last;
  }

  function allow(which) {
    for (const [name, id] of Object.entries(BUTTONS)) {
      const disabled = !which[name];
      if (view.allowed[name] !== disabled) set(id, { disabled });
      view.allowed[name] = disabled;
    }
  }

  const colors = () => ({ left: footloadMat.css("--fl-left"), right: footloadMat.css("--fl-right"),
    text: footloadMat.css("--fl-text") });

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = (view.socket = new WebSocket(`${scheme}://${location.host}/stream/live`));
    const canvas = view.mat.canvas;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => (typeof data === "string" ? take(data) : takeSamples(data));
    socket.onclose = () => {
      if (!canvas.isConnected || view.socket !== socket) return;
      write("live-state", "footload does not answer; trying again");
      byId("live-state").dataset.state = "lost";
      allow({});
      if (view.samples) view.samples.gap();
      view.seq = null;
      setTimeout(() => { if (canvas.isConnected && view.socket === socket) open(); }, 1000);
    };
  }

  function start(table) {
    const canvas = byId("live-mat");
    if (!canvas || view.mat?.canvas === canvas) return;
    view.socket?.close();
    Object.assign(view, { layout: null, samples: null, pending: null, highest: null, seq: null, last: null, allowed: {},
      pictures: 0, received: 0, messages: 0, delays: [], since: performance.now(), top: 0, greatest: 0, colors: colors() });
    view.mat = new footloadMat.Mat(canvas, table);
    view.lines = new footloadMat.Lines(byId("live-trace"));
    const again = () => { if (view.samples?.n && view.newest) view.pending ??= view.newest; };
    const observers = [canvas, view.lines.canvas].map((each) => footloadMat.fitted(each, again));
    const tick = () => {
      if (!canvas.isConnected) { view.socket.close(); observers.forEach((each) => each.disconnect()); return; }
      if (view.pending && view.layout) { view.newest = view.pending; view.pending = null; draw(view.newest); }
      if (performance.now() - view.since > NUMBERS_MS) numbers();
      requestAnimationFrame(tick);
    };
    open();
    requestAnimationFrame(tick);
  }

  dash.footload.live = (table) => { if (table) start(table); return dash.no_update; };
  dash.footload.liveChoices = (draw, scale, image) => {
    if (image === "now") view.highest = null;
    view.choices = { draw, scale, image };
    if (view.newest) view.pending ??= view.newest;
    return dash.no_update;
  };
})();
