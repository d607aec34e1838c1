// The live view: a binary websocket to canvases. Every sample is kept; slow tabs drop pictures, never samples.
(function () {
  const dash = (window.dash_clientside = window.dash_clientside || {});
  dash.footload = dash.footload || {};
  const TOLD_EVERY = 4; // Messages; the server sends a slow tab no more than it can take.
  const ROOM = 4096, TRAIL_S = 3, NUMBERS_MS = 250, SILENT_MS = 500, SILENT_FRAMES = 6, SILENT_STATES = 3;
  const BUTTONS = { connect: "live-connect", disconnect: "live-disconnect", zero: "live-zero", record: "live-record",
    mark: "live-mark", stop: "live-stop" };
  const view = { choices: {}, drawn: null, devices: [] };
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
    // How many of the newest lie within so many seconds before a moment.
    within(seconds, until = this.last("time_s")) {
      const most = Math.min(this.n, ROOM);
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

  // One mat or one device with plates: what it says of itself, its samples, its newest picture.
  class Device {
    constructor(layout) {
      this.layout = layout; this.samples = new Samples(layout.fields); this.seq = null;
      this.steps = null; this.highest = null; this.greatest = 0; this.top = 0; this.peak = 0;
      this.received = 0; this.canvas = null; this.came = performance.now(); this.states = 0; this.silent = false;
    }
    // Whether it says nothing: states came and no sample, and not because this tab or the server stood still.
    quiet() {
      const long = performance.now() - this.came > Math.max(SILENT_MS, SILENT_FRAMES * 1000 / this.layout.rate_hz);
      if (this.silent || ++this.states < SILENT_STATES || !long) return false;
      this.hush();
      return true;
    }
    // What it said last is not what is: nothing of it is shown as if it were now.
    hush() { this.silent = true; this.steps = null; this.peak = NaN; this.samples.gap(); }
    take(n, seq, data) {
      this.came = performance.now(); this.states = 0; this.silent = false;
      const width = this.layout.fields.length;
      if (this.seq !== null && ((this.seq + n) >>> 0) !== seq) this.samples.gap();
      this.seq = seq; this.received += n;
      this.samples.push(new Float32Array(data, 16, width * n));
      if (this.layout.plates) return;
      const steps = (this.steps = new Uint16Array(data, 16 + 4 * width * n)), missing = this.layout.missing;
      if (!this.highest || this.highest.length !== steps.length) this.highest = steps.slice();
      let most = 0;
      for (let k = 0; k < steps.length; k++) {
        const value = steps[k];
        if (value > this.highest[k]) this.highest[k] = value;
        if (value > most && value !== missing) most = value;
      }
      this.peak = most;
    }
    greatestOf(image) {
      let most = 0;
      for (let k = 0; k < image.length; k++) if (image[k] > most && image[k] !== this.layout.missing) most = image[k];
      return most;
    }
  }

  function take(text) {
    const message = JSON.parse(text);
    if (message.kind === "layout") {
      if (message.device === 0) view.devices = [];
      view.devices[message.device] = new Device(message);
      arrange();
    } else if (message.kind === "status") show(message);
  }

  // Which device is drawn where.
  function arrange() {
    const mats = view.devices.filter((each) => !each.layout.plates), plates = view.devices.filter((each) => each.layout.plates);
    Object.assign(view, { matDevices: mats.slice(0, view.mats.length), plateDevices: plates, layout: view.devices[0].layout,
      samples: view.devices[0].samples, pending: null });
    byId("live-mat-place").hidden = !mats.length;
    byId("live-mat-2").hidden = mats.length < 2;
    byId("live-plates-place").hidden = !plates.length;
    view.matDevices.forEach((each, k) => { each.canvas = view.mats[k]; each.canvas.use(each.layout); });
    if (plates.length) view.plates.use(plates);
    write("live-plates-words", plates.some((each) => !each.layout.placed)
      ? "The profile does not say where the plates stand: they are drawn side by side, the first one on the left."
      : plates.some((each) => each.layout.plates.some((plate) => plate.side))
        ? "Left and right are the plates of somebody who faces upward in this picture, one foot on each." : "");
    byId("live-force").classList.toggle("several", view.devices.length > 1);
    write("live-device", view.devices.map((each) => each.layout.name).join(" and "));
    footloadTrace.key(view.devices, byId("live-trace-key"));
  }

  function takeSamples(data) {
    const head = new DataView(data), n = head.getUint16(0, true), device = view.devices[head.getUint16(2, true)];
    if (!device) return;
    device.take(n, head.getUint32(4, true), data);
    if (++view.messages % TOLD_EVERY === 0) view.socket.send(Uint8Array.of(TOLD_EVERY));
    view.pending = { at: head.getFloat64(8, true), steps: device.steps };
  }

  function drawMat(device) {
    const { canvas: mat, samples } = device, { choices } = view, { left, right } = view.colors;
    const image = choices.image === "highest" ? device.highest : device.steps;
    if (!image) { mat.pressure(null, 1); return; }
    if (choices.scale !== "locked" || !device.greatest) {
      // Up at once, down slowly, so that colours do not flicker.
      device.top = Math.max(choices.image === "highest" ? device.greatestOf(image) : device.peak, device.top * 0.995, 1);
      device.greatest = footloadMat.roundedUp(device.top * device.layout.step) / device.layout.step;
    }
    mat.smooth = choices.draw === "smooth";
    mat.pressure(image, device.greatest);
    const count = device.silent ? 0 : samples.within(TRAIL_S), read = (name) => samples.reader(name, count);
    mat.trail(count, read("cop_x_mm"), read("cop_y_mm"), "#ffffff", []);
    mat.trail(count, read("left_x_mm"), read("left_y_mm"), left, []);
    mat.trail(count, read("right_x_mm"), read("right_y_mm"), right, [6, 3]);
    mat.dot(samples.last("cop_x_mm"), samples.last("cop_y_mm"), "#343a40");
    mat.dot(samples.last("left_x_mm"), samples.last("left_y_mm"), left);
    mat.dot(samples.last("right_x_mm"), samples.last("right_y_mm"), right);
  }

  function draw({ at, steps }) {
    view.matDevices.forEach(drawMat);
    if (view.plateDevices.length) view.plates.draw(view.colors, TRAIL_S);
    footloadTrace.draw(view.lines, view.devices, view.colors);
    footloadGauge.draw(view.devices);
    const now = performance.timeOrigin + performance.now();
    view.pictures++;
    if (Number.isNaN(at)) return;   // drawn because nothing came
    view.delays.push(now - at);
    if (view.drawn) view.drawn(steps, now, at);
  }

  const whole = (value) => Number.isNaN(value) ? "–" : value.toFixed(0);

  function numbers() {
    const spent = (performance.now() - view.since) / 1000, { devices } = view;
    view.since = performance.now();
    const delays = view.delays.sort((a, b) => a - b), delay = delays.length ? delays[delays.length >> 1] : NaN;
    const fps = view.pictures / spent, rates = devices.map((each) => each.received / spent);
    footloadGauge.delay = delay;
    view.pictures = 0; view.delays = [];
    view.colors = colors();
    devices.forEach((each) => { each.received = 0; });
    if (!devices.length || !devices.some((each) => each.samples.n)) return;
    const flowing = rates.some((rate) => rate > 0), first = devices[0];
    const name = (each) => devices.length < 2 ? "" : each.layout.plates ? "plates " : "mat ";
    const force = devices.map((each) => `${name(each)}${whole(each.samples.last("force"))} ${each.layout.force_unit}`).join(" · ");
    write("live-force", flowing ? force : "–");
    const mats = view.matDevices;
    write("live-peak", flowing && mats.length ? mats.map((each) => `${whole(each.peak * each.layout.step)} ${each.layout.pressure_unit}`).join(" · ") : "–");
    // Plates weigh better than mats, so they say the sides where they can.
    const shares = [...view.plateDevices, ...mats], told = shares.find((each) => !Number.isNaN(each.samples.last("left_share")));
    const share = flowing && told ? told.samples.last("left_share") : NaN, known = !Number.isNaN(share);
    write("live-left", known ? `${whole(100 * share)} %` : "–");
    write("live-right", known ? `${whole(100 - 100 * share)} %` : "–");
    write("live-share-of", known && devices.length > 1 ? `Left and right by the ${told.layout.plates ? "plates" : "mat"}.` : "");
    const bar = byId("live-share");
    if (bar) bar.style.width = `${known ? 100 * share : 50}%`;
    if (bar) bar.parentElement.style.visibility = known ? "" : "hidden";   // half and half would be a value
    const place = [first.samples.last("cop_x_mm"), first.samples.last("cop_y_mm")];
    write("live-cop", flowing && !Number.isNaN(place[0]) ? `${whole(place[0])}, ${whole(place[1])} mm` : "–");
    const pace = rates.map((rate) => rate.toFixed(0)).join(" and ");
    write("live-pace", flowing ? `${pace} frames/s, ${fps.toFixed(0)} pictures/s, ${whole(delay)} ms` : "nothing is coming");
    if (mats.length) write("live-key-high", `${whole(mats[0].greatest * mats[0].layout.step)} ${mats[0].layout.pressure_unit}`);
  }

  const WORDS = { off: "No device", starting: "Starting", watching: "Watching", recording: "Recording", failed: "Failed" };

  function show(status) {
    footloadGauge.status(status);
    const { state, devices } = status, there = state === "watching" || state === "recording";
    if (view.devices.filter((each) => each.quiet()).length) view.pending ??= { at: NaN, steps: null };
    const away = devices.filter((each) => !each.connected).map((each) => each.name);
    write("live-state", !away.length ? WORDS[state] : devices.length < 2 ? "The device went away; waiting for it"
      : `${away.join(" and ")} went away; waiting`);
    byId("live-state").dataset.state = away.length ? "lost" : state;
    if (!there) write("live-device", status.device || "");
    write("live-file", state === "recording" ? `${status.file}, ${status.recording_s.toFixed(1)} s, ${status.n_marks} mark${status.n_marks === 1 ? "" : "s"}` : "");
    footloadHealth.show(byId("live-health"), devices);
    write("live-away", status.interrupted);
    byId("live-away").hidden = !status.interrupted;
    write("live-problem", state === "failed" ? status.problem : "");
    byId("live-problem").hidden = state !== "failed";
    byId("live-empty").hidden = there || state === "starting";
    if (!there && state !== "starting") { byId("live-mat-place").hidden = false; byId("live-plates-place").hidden = true; }
    allow({ connect: !there && state !== "starting", disconnect: there, zero: there,
      record: state === "watching", mark: state === "recording", stop: state === "recording" });
    if (status.last !== null && status.last !== view.last) set("live-last", { data: status.last });
    view.last = status.last;
  }

  function allow(which) {
    for (const [name, id] of Object.entries(BUTTONS)) {
      const disabled = !which[name] || byId(id)?.dataset.needs !== undefined;   // what the visitor may not use stays off
      if (view.allowed[name] !== disabled) set(id, { disabled });
      view.allowed[name] = disabled;
    }
  }

  const colors = () => ({ left: footloadMat.css("--fl-left"), right: footloadMat.css("--fl-right"),
    text: footloadMat.css("--fl-text"), brand: footloadMat.css("--fl-brand") });

  // A connection that is closed while it is being made would be an error of the page in the browser's eyes.
  function leave(socket) {
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket?.close();
  }

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = (view.socket = new WebSocket(`${scheme}://${location.host}/stream/live`));
    const canvas = view.mats[0].canvas;
    view.messages = 0;
    socket.binaryType = "arraybuffer";
    const shown = () => canvas.isConnected && view.socket === socket;
    // What comes between leaving the page and the next picture, which closes the connection, has no place any more.
    socket.onmessage = ({ data }) => { if (shown()) typeof data === "string" ? take(data) : takeSamples(data); };
    socket.onclose = () => {
      if (!shown()) return;
      write("live-state", "footload does not answer; trying again");
      byId("live-state").dataset.state = "lost";
      document.dispatchEvent(new Event("footload-lost"));
      allow({});
      for (const each of view.devices) { each.hush(); each.seq = null; }
      view.pending ??= { at: NaN, steps: null };
      setTimeout(() => { if (shown()) open(); }, 1000);
    };
  }

  function start(table) {
    const canvas = byId("live-mat");
    if (!canvas || view.mats?.[0].canvas === canvas) return;
    leave(view.socket);
    Object.assign(view, { devices: [], matDevices: [], plateDevices: [], layout: null, samples: null, pending: null, last: null,
      allowed: {}, pictures: 0, messages: 0, delays: [], since: performance.now(), colors: colors() });
    view.mats = [canvas, byId("live-mat-2")].map((each) => new footloadMat.Mat(each, table));
    view.mat = view.mats[0];
    view.plates = new footloadPlates.Plates(byId("live-plates"));
    view.lines = new footloadMat.Lines(byId("live-trace"));
    const again = () => { view.pending ??= view.newest; };
    const canvases = [...view.mats, view.plates, view.lines].map((each) => each.canvas);
    const observers = canvases.map((each) => footloadMat.fitted(each, again));
    const tick = () => {
      if (!canvas.isConnected) { leave(view.socket); observers.forEach((each) => each.disconnect()); return; }
      if (view.pending && view.devices.length) { view.newest = view.pending; view.pending = null; draw(view.newest); }
      if (performance.now() - view.since > NUMBERS_MS) numbers();
      requestAnimationFrame(tick);
    };
    open();
    requestAnimationFrame(tick);
  }

  dash.footload.live = (table) => { if (table) start(table); return dash.no_update; };
  dash.footload.liveChoices = (draw, scale, image) => {
    if (image === "now") for (const each of view.devices) each.highest = null;
    view.choices = { draw, scale, image };
    if (view.newest) view.pending ??= view.newest;
    return dash.no_update;
  };
})();
